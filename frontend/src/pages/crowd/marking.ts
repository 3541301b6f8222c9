/* Fetched by a requester's page that has an element which marks a picture or a text; the kinds of the workbench
   that draw it are fetched with the first of them. */
window.canutDrawMarks = async (box, asked) => (await import("./marks")).drawMarks(box, asked);

export {};
