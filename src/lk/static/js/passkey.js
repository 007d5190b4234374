/* A passkey: asks the server what to sign, asks the device to sign it. Without it everything works by password. */
(() => {
  "use strict";
  const can = window.PublicKeyCredential?.parseRequestOptionsFromJSON && window.PublicKeyCredential?.parseCreationOptionsFromJSON;
  if (!can) return;

  const send = async (button, path, fields) => {
    const mark = document.querySelector('input[name="_csrf_token"]').value;
    const answer = await fetch(path, {
      method: "POST",
      body: new URLSearchParams({ _csrf_token: mark, ...fields }),
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error || button.dataset.failed);
    return told;
  };

  const signed = async (button, options) => {
    const asked = button.dataset.passkey === "add"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return asked.catch(() => { throw new Error(button.dataset.failed); });
  };

  const go = async (button) => {
    const said = document.getElementById(button.getAttribute("aria-describedby"));
    said.textContent = "";
    button.disabled = true;
    try {
      const options = await send(button, `${button.dataset.path}/options`, {});
      const credential = await signed(button, options);
      const fields = { credential: JSON.stringify(credential.toJSON()), next: button.dataset.next || "" };
      location.assign((await send(button, button.dataset.path, fields)).to);
    } catch (error) {
      said.textContent = error.message;
      button.disabled = false;
    }
  };

  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => go(button));
  }
})();
