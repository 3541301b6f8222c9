/* What the service worker and the workbench call what they keep. */
export const ASSETS = "canut-assets";
export const MEDIA = "canut-media";
export const SHELL = "/offline";
export const WORKER = "/service-worker.js";
