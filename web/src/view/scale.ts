import type RFB from "@novnc/novnc";
import { byId } from "./dom";
import type { Store } from "./state";

/** Fit to the window, or one pixel for one pixel with scroll bars. */
export function bindScale(store: Store, rfb: () => RFB | null): void {
  byId("scale").addEventListener("click", () => store.set({ scale: store.state.scale === "fit" ? "actual" : "fit" }));
  store.subscribe((state) => {
    const open = rfb();
    if (open && open.scaleViewport !== (state.scale === "fit")) open.scaleViewport = state.scale === "fit";
  });
}
