/* A file is chosen or dropped, named, and sent with a visible progress.
   Without this script the input and its form still work. */
import { isLarge, sendInParts, transportFor } from "./multipart_upload";
import { say, size, speak } from "./page_words";

type Parts = { zone: HTMLElement; input: HTMLInputElement; form: HTMLFormElement };

function partsOf(target: EventTarget | null): Parts | null {
  const zone = target instanceof Element ? target.closest<HTMLElement>("[data-drop]") : null;
  const input = zone?.querySelector<HTMLInputElement>('input[type="file"]');
  return zone && input?.form ? { zone, input, form: input.form } : null;
}

function lineOf({ zone, form }: Parts): HTMLElement {
  const element = form.querySelector<HTMLElement>(".dropf");
  if (element) return element;
  const line = document.createElement("div");
  line.className = "dropf";
  line.setAttribute("role", "status");
  zone.after(line);
  return line;
}

/** Say what was chosen: its name, or how many files, and the weight. */
async function show(parts: Parts): Promise<void> {
  await speak();
  const files = [...(parts.input.files ?? [])];
  const line = lineOf(parts);
  line.replaceChildren();
  if (files.length === 0) return;
  const name = document.createElement("b");
  name.textContent = files.length === 1 ? (files[0]?.name ?? "") : say("files", files.length);
  const weight = document.createElement("span");
  weight.className = "small mute";
  weight.textContent = ` ${size(files.reduce((sum, file) => sum + file.size, 0))}`;
  line.append(name, weight);
  if (parts.zone.dataset.drop === "send") parts.form.requestSubmit();
}

function send(parts: Parts, submitter: HTMLElement | null): void {
  const { form } = parts;
  const line = lineOf(parts);
  const bar = document.createElement("progress");
  bar.max = 1;
  const text = document.createElement("p");
  text.className = "small mute";
  line.querySelectorAll("progress, p").forEach((old) => {
    old.remove();
  });
  line.append(bar, text);
  form.setAttribute("data-sending", "");
  submitter?.setAttribute("aria-busy", "true");
  const sending: Sending = { ...parts, bar, text, submitter };
  const files = [...(parts.input.files ?? [])];
  const body = new FormData(form, submitter);
  const large = files[0];
  if (files.length === 1 && large && isLarge(large)) void inParts(sending, large, body);
  else whole(sending, body);
}

type Sending = Parts & {
  bar: HTMLProgressElement;
  text: HTMLElement;
  submitter: HTMLElement | null;
};

function fail({ bar, text, form, submitter, input }: Sending): void {
  bar.remove();
  text.className = "msg err";
  text.textContent = say("failed");
  form.removeAttribute("data-sending");
  submitter?.removeAttribute("aria-busy");
  input.focus();
}

/** Part by part; the form follows with the token in the place of the file. */
async function inParts(sending: Sending, file: File, body: FormData): Promise<void> {
  const { bar, text, input } = sending;
  const tell = (bytes: number, waits: boolean): void => {
    bar.value = Math.min(bytes / file.size, 1);
    text.textContent = waits
      ? say("waiting", size(bytes))
      : say("sending", `${size(Math.min(bytes, file.size))} / ${size(file.size)}`);
  };
  const csrf = String(body.get("csrfmiddlewaretoken") ?? "");
  const token = await sendInParts(file, tell, transportFor(csrf));
  if (!token) {
    fail(sending);
    return;
  }
  body.delete(input.name);
  body.set("upload", token);
  body.set("upload_name", file.name);
  whole(sending, body);
}

function whole(sending: Sending, body: FormData): void {
  const { form, bar, text, submitter } = sending;
  const action =
    submitter instanceof HTMLButtonElement && submitter.hasAttribute("formaction")
      ? submitter.formAction
      : form.action;
  const request = new XMLHttpRequest();
  request.open("POST", action);
  request.setRequestHeader("Accept", "text/html");
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
    text.textContent =
      loaded < total ? say("sending", `${size(loaded)} / ${size(total)}`) : say("reading");
  };
  request.onload = () => arrive(request, action);
  request.onerror = () => fail(sending);
  request.send(body);
}

/** Go where the server sent us; a form that came back with its errors is shown in place. */
function arrive(request: XMLHttpRequest, action: string): void {
  const moved = request.responseURL.split("#")[0] !== action.split("#")[0];
  if (request.status < 400 && moved) {
    location.assign(request.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title || document.title;
  document.body.replaceWith(page.body);
  scrollTo(0, 0);
  document.querySelector<HTMLElement>(".msg.err, .note.err, h1")?.scrollIntoView();
}

/** Read a dropped folder to its leaves; an input alone would refuse it. */
async function leaves(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => {
      (entry as FileSystemFileEntry).file(done, fail);
    });
    return file.name.startsWith(".") ? [] : [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((done, fail) => {
      reader.readEntries(done, fail);
    });
    if (batch.length === 0) return files;
    for (const child of batch) files.push(...(await leaves(child)));
  }
}

async function take(parts: Parts, data: DataTransfer): Promise<void> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((e) => !!e);
  const files = entries.length ? (await Promise.all(entries.map(leaves))).flat() : [...data.files];
  const chosen = new DataTransfer();
  for (const file of parts.input.multiple ? files : files.slice(0, 1)) chosen.items.add(file);
  parts.input.files = chosen.files;
  await show(parts);
}

export function listenForFiles(): void {
  const over = (event: DragEvent, on: boolean): Parts | null => {
    const parts = partsOf(event.target);
    parts?.zone.classList.toggle("is-over", on);
    return parts;
  };
  document.addEventListener("dragover", (event) => {
    if (over(event, true)) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => over(event, false));
  document.addEventListener("drop", (event) => {
    const parts = over(event, false);
    if (!parts || !event.dataTransfer) return;
    event.preventDefault();
    void take(parts, event.dataTransfer);
  });
  document.addEventListener("change", (event) => {
    const parts = partsOf(event.target);
    if (parts && event.target === parts.input) void show(parts);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const parts = partsOf(form.querySelector("[data-drop]"));
    if (!parts?.input.files?.length || event.defaultPrevented) return;
    event.preventDefault();
    if (!form.hasAttribute("data-sending")) send(parts, event.submitter);
  });
}
