/* How the elements of crowd-html look, and what they say in the language of their page. */

export const STYLE = `
crowd-form{display:block;font:1rem/1.5 system-ui,sans-serif}
crowd-card,crowd-alert,crowd-instructions,crowd-tabs,crowd-modal[open],crowd-toast{display:block;border:1px solid #8888;border-radius:.4rem;padding:.75rem;margin:.5rem 0}
crowd-alert[type=error]{border-color:#b3261e}crowd-alert[type=warning]{border-color:#8a6100}
crowd-badge{border:1px solid #8888;border-radius:1rem;padding:0 .5rem}
crowd-modal:not([open]){display:none}
crowd-input,crowd-text-area,crowd-slider,crowd-radio-group{display:block;margin:.5rem 0}
crowd-input>label,crowd-text-area>label,crowd-slider>label{display:block}
crowd-radio-button,crowd-checkbox{display:block;margin:.25rem 0}
.crowd-fields{border:0;padding:0;margin:.5rem 0;min-width:0}
.crowd-fields label{display:block;padding:.4rem 0;min-height:1.5rem}
crowd-form :is(input:not([type=checkbox],[type=radio],[type=range]),textarea):not(.crowd-marks *){font:inherit;padding:.4rem;width:100%;max-width:40rem;box-sizing:border-box}
crowd-form button:not(.crowd-marks *){font:inherit;padding:.5rem 1rem;min-height:2.75rem}
.crowd-unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
crowd-form img{max-width:100%;height:auto}
[role=tablist] button[aria-selected=true]{font-weight:700}
`;

export const words = () =>
  document.documentElement.lang.startsWith("fr")
    ? {
        submit: "Envoyer",
        full: "Consignes complètes",
        choose: "Choisissez une réponse.",
        close: "Fermer",
        loading: "La page n’est pas encore prête. Patientez un instant.",
        noPicture: "L’image ne s’affiche pas. Passez la tâche et signalez-le.",
        noScript: "Une partie de la page ne se charge pas. Rechargez-la.",
      }
    : {
        submit: "Submit",
        full: "Full instructions",
        choose: "Choose an answer.",
        close: "Close",
        loading: "The page is not ready yet. Wait a moment.",
        noPicture: "The picture does not show. Skip the task and report it.",
        noScript: "A part of the page does not load. Load it again.",
      };
