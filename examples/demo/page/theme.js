// The theme that was chosen; the system's, if none was. A classic script: it runs before the first paint.

const themes = ['light', 'dark']

function showTheme(theme) {
  if (themes.includes(theme)) {
    document.documentElement.dataset.theme = theme
  } else {
    delete document.documentElement.dataset.theme
  }
}

try {
  showTheme(localStorage.getItem('theme'))
} catch {
  // Storage is forbidden: the system's theme it is.
}
