// Sets the colour scheme before the first paint; a file of its own because the CSP allows no inline script.
(() => {
  let scheme = 'dark';
  try {
    if (localStorage.getItem('sightline.scheme') === 'light') scheme = 'light';
  } catch {
    // Storage is off: dark.
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
