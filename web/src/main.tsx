import "@fontsource-variable/inter/wght.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Root } from "./app/root";
import { startLanguages } from "./lib/i18n";
import { show } from "./ui/theme";

show();
await startLanguages();
const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
