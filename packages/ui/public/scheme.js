// Runs before everything else, in a file of its own because the CSP allows no inline script.
(() => {
  // The colour scheme, before the first paint.
  let scheme = 'dark';
  try {
    if (localStorage.getItem('sightline.scheme') === 'light') scheme = 'light';
  } catch {
    // Storage is off: dark.
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);

  // zod would try whether it may compile code; the CSP forbids that and every try would be reported.
  globalThis.__zod_globalConfig = { jitless: true };

  // Some systems have a language such as `en-US@posix`, which no formatter takes; charts read it when they load.
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US' });
  }
})();
