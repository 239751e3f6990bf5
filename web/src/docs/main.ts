import standalone from "@scalar/api-reference/browser/standalone.js?url";

/** What the ready-made file of @scalar/api-reference leaves on `window`. */
interface Scalar {
  createApiReference(target: string, configuration: Record<string, unknown>): void;
}

const script = document.createElement("script");
script.src = standalone;
script.addEventListener("load", () => {
  const { Scalar } = window as unknown as { Scalar: Scalar };
  document.getElementById("loading")?.remove();
  Scalar.createApiReference("#reference", {
    url: "/openapi.json",
    // Everything below keeps the page to this one server: no fonts, telemetry, proxy, hosted client or assistant.
    withDefaultFonts: false,
    telemetry: false,
    proxyUrl: "",
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    persistAuth: false,
    theme: "none",
    layout: "modern",
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    metaData: { title: "API reference · Nen" },
  });
});
script.addEventListener("error", () => {
  const loading = document.getElementById("loading");
  if (loading) loading.textContent = "The API reference could not be loaded. The description itself is at /openapi.json.";
});
document.head.append(script);
