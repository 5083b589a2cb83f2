// Before anything is drawn: the theme that this reader chose, else the system's.
try {
  const chosen = localStorage.getItem("upbeat-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* storage is switched off: the system's theme stands */ }
