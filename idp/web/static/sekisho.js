/* Sekisho: what is nicer with a script. Every page works without it. */
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* Show and hide a password. The toggle is hidden until this runs. */
  const show = (button, input, visible) => {
    input.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
  };
  for (const button of all(".reveal[aria-controls]")) {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    if (!input) continue;
    button.hidden = false;
    button.addEventListener("click", () => { show(button, input, input.type === "password"); input.focus(); });
    input.form?.addEventListener("submit", () => show(button, input, false));
  }

  /* Tick the rules of a new password while it is typed. */
  const kinds = { lower: /\p{Ll}/u, upper: /\p{Lu}/u, digit: /\p{Nd}/u, symbol: /[^\p{L}\p{N}]/u };
  const meets = (rule, text, email) => {
    if (!text) return false;
    if (rule.dataset.rule === "length") return [...text].length >= Number(rule.dataset.limit);
    if (rule.dataset.rule === "not_email") {
      const own = email.toLowerCase(), typed = text.toLowerCase();
      return typed !== own && typed !== own.split("@")[0];
    }
    const kind = kinds[rule.dataset.rule];
    return kind ? kind.test(text) : false;
  };
  for (const list of all(".rules[data-for]")) {
    const input = document.getElementById(list.dataset.for);
    if (!input) continue;
    const words = all("li", list).map((rule) => {
      const word = rule.appendChild(document.createElement("span"));
      word.className = "vh";
      return [rule, word];
    });
    const check = () => {
      const email = input.form?.querySelector("[autocomplete~=username]")?.value ?? "";
      for (const [rule, word] of words) {
        const met = meets(rule, input.value.normalize("NFKC"), email);
        rule.classList.toggle("met", met);
        word.textContent = met ? list.dataset.met : list.dataset.open;
      }
    };
    input.addEventListener("input", check);
    check();
  }

  /* A button that opens later opens by itself; the hint beside it says when. */
  for (const button of all("button[data-opens-in]")) {
    setTimeout(() => {
      button.disabled = false;
      document.getElementById(button.getAttribute("aria-describedby"))?.remove();
      button.removeAttribute("aria-describedby");
    }, Number(button.dataset.opensIn) * 1000);
  }

  /* A second press while the answer is on its way does nothing; coming back makes the form usable again. */
  for (const form of all("form[method=post]")) {
    let sent = 0;
    form.addEventListener("submit", (event) => {
      if (Date.now() - sent < 4000) event.preventDefault();
      else sent = Date.now();
    });
    window.addEventListener("pageshow", () => { sent = 0; });
  }

  document.querySelector("form[data-autosubmit]")?.requestSubmit();
})();
