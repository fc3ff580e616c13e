// Runs before everything else, in a file of its own because the CSP allows no inline script.
(() => {
  // Colour scheme, contrast and density, before the first paint.
  const stored = (name) => {
    try {
      return localStorage.getItem(`sightline.${name}`);
    } catch {
      return null; // Storage is off.
    }
  };
  const root = document.documentElement;
  const wanted = matchMedia('(prefers-contrast: more)').matches ? 'more' : 'normal';
  root.setAttribute('data-mantine-color-scheme', stored('scheme') === 'light' ? 'light' : 'dark');
  root.setAttribute('data-contrast', ['normal', 'more'].find((c) => c === stored('contrast')) ?? wanted);
  root.setAttribute(
    'data-density',
    ['compact', 'comfortable'].find((d) => d === stored('density')) ?? 'normal',
  );

  // zod would try whether it may compile code; the CSP forbids that and every try would be reported.
  globalThis.__zod_globalConfig = { jitless: true };

  // Some systems have a language such as `en-US@posix`, which no formatter takes; charts read it when they load.
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US' });
  }
})();
