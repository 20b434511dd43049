// Looks at a page as a person would, and does one thing there. It runs in a world of
// its own beside the page's scripts, which can neither see nor change it; what it
// answers with is a stranger's all the same.
//
// task.do: "look", "act", "find", "fill", "click"; see page.go for what else it has.
(task) => {
  const words = (...list) => new RegExp(`(^|[^\\p{L}])(${list.join('|')})($|[^\\p{L}])`, 'iu');
  const consents = words('allow', 'accept', 'authori[sz]e', 'approve', 'agree', 'continue', 'yes', 'grant', 'confirm',
    'consent', 'ok', 'next', 'submit', 'proceed', 'zulassen', 'erlauben', 'akzeptieren', 'zustimmen', 'weiter', 'ja',
    'bestätigen', 'autoriser', 'accepter', 'continuer', 'oui', 'aceptar', 'permitir', 'autorizar', 'continuar', 's[ií]',
    'accetta', 'consenti', 'continua', 'toestaan', 'akkoord', 'doorgaan', 'doładuj', 'zezwól', 'godta', 'tillåt');
  const refuses = words('deny', 'denied', 'cancel', 'decline', 'reject', 'no', 'abort', 'refuse', 'back', 'not you',
    'log ?out', 'sign ?out', 'logout', 'switch', 'ablehnen', 'abbrechen', 'nein', 'zurück', 'refuser', 'annuler', 'non',
    'cancelar', 'rechazar', 'denegar', 'annulla', 'rifiuta', 'weigeren', 'annuleren', 'dismiss', 'close', 'disallow',
    'disagree', 'don.?t allow');
  const enters = words('log ?in', 'log ?on', 'sign ?in', 'sign ?on', 'login', 'signin', 'continue', 'next', 'submit',
    'enter', 'go', 'verify', 'anmelden', 'einloggen', 'weiter', 'connexion', 'se connecter', 'continuer', 'suivant',
    'iniciar', 'entrar', 'acceder', 'continuar', 'siguiente', 'accedi', 'avanti', 'inloggen', 'aanmelden', 'volgende');
  const detours = words('forgot', 'forgotten', 'reset', 'sign ?up', 'register', 'create', 'google', 'facebook', 'apple',
    'github', 'microsoft', 'linkedin', 'twitter', 'passkey', 'security key', 'show', 'hide', 'resend', 'help',
    'vergessen', 'registrieren', 'oubli.', 'olvidaste', 'sso', 'qr', 'other', 'another', 'language', 'magic link');
  const usernames = /user|e-?mail|login|log-?on|identifier|account|benutzer|usuario|utilisateur|kennung|sign-?in/i;
  const userCodes = /user.?code|device.?code|^code$|\bcode\b|user_code/i;

  // All elements, through open shadow roots and frames of the same origin.
  const walk = function* (root) {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* walk(element.shadowRoot);
      if (element.localName === 'iframe' || element.localName === 'frame') {
        let inside = null;
        try { inside = element.contentDocument; } catch { /* of another origin */ }
        if (inside) yield* walk(inside);
      }
    }
  };
  const all = [...walk(document)];

  const visible = (element) => {
    if (element.disabled || element.closest('[inert], [aria-hidden="true"]')) return false;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const labelled = (element) => [
    element.getAttribute('aria-label'), ...[...(element.labels ?? [])].map((label) => label.textContent),
    element.getAttribute('placeholder'), element.title,
  ].filter(Boolean).join(' ');
  const named = (element) => [element.name, element.id, labelled(element)].filter(Boolean).join(' ');
  const caption = (element) => (element.localName === 'input'
    ? element.value || element.alt || ''
    : element.innerText || element.textContent || '').trim() || element.getAttribute('aria-label') || element.title || '';
  const tells = (element) => `${caption(element)} ${element.name ?? ''} ${element.id ?? ''}`.replaceAll(/[_-]/g, ' ');
  const autocomplete = (element) => (element.getAttribute('autocomplete') ?? '').toLowerCase();

  const inputs = all.filter((e) => e.localName === 'input' && visible(e) && !e.readOnly);
  const texts = inputs.filter((e) => ['text', 'email', 'tel', 'number', 'search', 'url'].includes(e.type));
  const passwords = inputs.filter((e) => e.type === 'password');
  const buttons = all.filter((e) => (e.localName === 'button' || e.getAttribute('role') === 'button' ||
    e.localName === 'input' && ['submit', 'image', 'button'].includes(e.type)) && visible(e) &&
    e.getAttribute('aria-disabled') !== 'true');
  const submits = (e) => e.localName === 'button' && e.type === 'submit' ||
    e.localName === 'input' && ['submit', 'image'].includes(e.type);

  const best = (list, score) => {
    let [found, most] = [null, 0];
    for (const each of list) {
      const points = score(each);
      if (points > most) [found, most] = [each, points];
    }
    return found;
  };

  // Where the password goes: not into a field for a new one.
  const password = () => passwords.find((e) => autocomplete(e).includes('current-password')) ??
    (passwords.length === 1 && !autocomplete(passwords[0]).includes('new-password') ? passwords[0] : null);
  const username = (beside) => best(texts, (e) => {
    if (autocomplete(e).includes('one-time-code') || e.type === 'search') return 0;
    let points = 0;
    if (/username|webauthn/.test(autocomplete(e))) points += 5;
    if (autocomplete(e).includes('email')) points += 4;
    if (e.type === 'email') points += 3;
    if (usernames.test(named(e))) points += 2;
    if (beside && e.form === beside.form) points += 2;
    return points;
  });
  const oneTime = () => texts.concat(passwords).find((e) => autocomplete(e).includes('one-time-code') ||
    /\b(otp|totp|mfa|2fa)\b|one.?time|verification.?code|authenticator/i.test(named(e)));

  // What the configuration calls a button or a field: by name, name=value, #id or text.
  const called = (element, name) => [
    element.name, element.id, `#${element.id}`, `${element.name}=${element.value}`, caption(element), labelled(element).trim(),
  ].some((own) => own && own.toLowerCase() === name.toLowerCase());

  // The button of a field: in its form, or in what surrounds it where there is none.
  const enter = (field) => {
    if (task.submit) return buttons.find((e) => called(e, task.submit)) ?? null;
    let near = field.form ?? field.parentNode;
    const within = () => buttons.filter((e) => (field.form ? e.form === field.form || near.contains(e) : near.contains(e)));
    if (!field.form) {
      while (near && within().length === 0) near = near.parentNode ?? near.host ?? null;
      if (!near) return null;
    }
    return best(within(), (e) => {
      const text = tells(e);
      if (detours.test(text) || refuses.test(text)) return 0;
      return 1 + (submits(e) ? 3 : 0) + (enters.test(text) ? 4 : 0);
    });
  };
  const consent = () => (task.consent ? buttons.find((e) => called(e, task.consent)) ?? null : best(buttons, (e) => {
    const text = tells(e);
    const named = `${text} ${e.value ?? ''}`;
    if (refuses.test(text) || detours.test(text) && !consents.test(text)) return 0;
    if (!consents.test(named)) return 0;
    return 2 + (submits(e) ? 2 : 0) + (consents.test(caption(e)) ? 2 : 0);
  }));

  // Where a click on a button, or the end of a field, would send what is typed.
  const origin = (address) => {
    try {
      const url = new URL(address, document.baseURI);
      return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
    } catch { return 'null'; }
  };
  const action = (field, button) => {
    const form = button?.form ?? field?.form;
    if (!form) return location.origin;
    const given = button?.getAttribute('formaction') ?? form.getAttribute('action');
    return given ? origin(given) : location.origin;
  };

  const captcha = all.some((e) => {
    const marks = `${e.className?.baseVal ?? e.className} ${e.id} ${e.localName === 'iframe' ? e.src : ''}`;
    if (!/g-recaptcha|h-captcha|hcaptcha|cf-turnstile|recaptcha\/|arkose|funcaptcha|captcha/i.test(marks)) return false;
    if (/badge|invisible/i.test(`${marks} ${e.dataset?.size ?? ''} ${e.src ?? ''}`)) return false;
    const box = e.getBoundingClientRect();
    return ['div', 'iframe', 'img', 'input', 'canvas'].includes(e.localName) &&
      (visible(e) && box.width > 30 || e.dataset?.sitekey !== undefined && e.dataset.size !== 'invisible');
  });

  // What there is to do, without doing it.
  const plan = () => {
    const secret = password();
    const code = task.userCode && (texts.find((e) => userCodes.test(named(e)) || autocomplete(e).includes('one-time-code')) ??
      (texts.length === 1 && passwords.length === 0 && !username(null) ? texts[0] : null));
    if (code && !secret) return { kind: 'user code', fields: { userCode: code }, button: enter(code) };
    if (secret && autocomplete(secret).includes('one-time-code')) return { kind: 'one-time code' };
    if (secret) {
      const name = username(secret) ?? (texts.length === 1 ? texts[0] : null);
      return { kind: 'password', fields: { username: name, password: secret }, button: enter(secret) };
    }
    if (passwords.length > 0) return { kind: 'new password' };
    if (oneTime()) return { kind: 'one-time code' };
    const name = username(null);
    if (name) return { kind: 'username', fields: { username: name }, button: enter(name) };
    const yes = consent();
    if (yes) return { kind: 'consent', fields: {}, button: yes };
    return { kind: '' };
  };

  const describe = ({ kind, fields = {}, button = null }) => {
    const field = Object.values(fields).find(Boolean);
    return {
      kind,
      action: kind ? action(field, button) : '',
      shape: [kind, ...Object.values(fields).map((e) => e && `${e.name}#${e.id}`), button && tells(button)].join('|'),
    };
  };

  // Types as a keyboard would, so that the page's scripts notice.
  const type = (field, value) => {
    field.focus();
    field.select?.();
    if (!field.ownerDocument.execCommand('insertText', false, value) || field.value !== value) {
      Object.getOwnPropertyDescriptor(field.constructor.prototype, 'value')?.set.call(field, value);
      field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    }
    field.dispatchEvent(new Event('change', { bubbles: true, composed: true }));
    return field.value === value;
  };
  const press = (field, button) => {
    if (button) button.click();
    else if (field?.form) field.form.requestSubmit();
    else return false;
    return true;
  };
  // The page may have gone on since it was looked at.
  const permitted = (field, button) => location.origin === task.origin && action(field, button) === task.action;

  const select = () => {
    try {
      const found = all.filter((e) => e.matches(task.selector));
      return found.find(visible) ?? null;
    } catch { return undefined; } // no selector
  };

  switch (task.do) {
    case 'look': {
      const said = (document.body?.innerText ?? '') + all.filter((e) => e.shadowRoot)
        .map((e) => [...e.shadowRoot.children].map((c) => c.innerText ?? '').join(' ')).join(' ');
      return {
        ...describe(plan()),
        origin: location.origin, address: location.origin + location.pathname, hash: location.hash,
        ready: document.readyState !== 'loading', title: document.title.slice(0, 4000), said: said.slice(0, 20000),
        captcha, frames: all.filter((e) => e.localName === 'iframe' && visible(e) && !e.contentDocument)
          .map((e) => origin(e.src)).slice(0, 5),
        document: (globalThis.dpopspecDocument ??= Math.random()),
      };
    }
    case 'act': {
      const todo = plan();
      const { fields = {}, button } = todo;
      if (describe(todo).shape !== task.shape) return { done: 'changed' };
      const field = Object.values(fields).find(Boolean);
      if (!permitted(field, button)) return { done: 'elsewhere' };
      for (const [what, each] of Object.entries(fields)) {
        if (each && !type(each, task[what])) return { done: 'not typed' };
      }
      for (const [name, value] of Object.entries(task.fields ?? {})) {
        const each = inputs.find((e) => called(e, name) && !Object.values(fields).includes(e));
        if (each && !type(each, value)) return { done: 'not typed' };
      }
      if (todo.kind === 'consent') {
        all.filter((e) => e.localName === 'input' && e.type === 'checkbox' && !e.checked && visible(e) &&
          e.form === button.form && /scope|consent|grant|permission|agree|accept/i.test(named(e)))
          .forEach((e) => e.click());
      }
      if (!permitted(field, button)) return { done: 'elsewhere' }; // typing may have changed it
      return { done: press(field, button) ? 'done' : 'no button' };
    }
    case 'find': {
      const element = select();
      if (element === undefined) return { done: 'no selector' };
      return element ? { done: 'found', origin: location.origin, action: action(element, element) } : { done: 'missing' };
    }
    case 'fill': {
      const element = select();
      if (!element) return { done: 'changed' };
      if (!permitted(element, element)) return { done: 'elsewhere' };
      return { done: type(element, task.value) ? 'done' : 'not typed' };
    }
    case 'click': {
      const element = select();
      if (!element) return { done: 'changed' };
      if (!permitted(element, element)) return { done: 'elsewhere' };
      element.click();
      return { done: 'done' };
    }
    default:
      throw new Error(`unknown task ${task.do}`);
  }
}
