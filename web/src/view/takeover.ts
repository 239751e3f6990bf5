import type { ViewApi } from "./api";
import { byId } from "./dom";
import type { Store } from "./state";

/** Take control / Hand back. `onTaken` runs once the desktop is this person's. */
export function bindTakeover(api: ViewApi, store: Store, onTaken: () => void): void {
  const button = byId<HTMLButtonElement>("take");
  button.addEventListener("click", async () => {
    const { session } = store.state;
    if (!session) return;
    const take = !session.takeover;
    button.disabled = true;
    button.title = "";
    try {
      await api.setTakeover(take);
      const now = store.state.session ?? session;
      store.set({ session: { ...now, takeover: take }, mine: take });
      if (take) onTaken();
    } catch (error) {
      button.title = error instanceof Error ? error.message : String(error);
      byId("control").textContent = take ? "Could not take control" : "Could not hand back";
    } finally {
      button.disabled = false;
    }
  });
}
