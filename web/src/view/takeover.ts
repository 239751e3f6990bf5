import type { ViewApi } from "./api";
import { byId } from "./dom";
import { mayAct, type Store } from "./state";

/** Takes (`true`) or hands back (`false`) control; throws with a sentence when that is refused. */
export type SetControl = (taken: boolean) => Promise<void>;

/** `onTaken` runs once the desktop is this person's. */
export function setControlOf(api: ViewApi, store: Store, onTaken: () => void): SetControl {
  return async (taken) => {
    if (!mayAct(store.state)) throw new Error("this view only shows the desktop");
    await api.setTakeover(taken);
    const { session } = store.state;
    if (session) store.set({ session: { ...session, takeover: taken }, mine: taken });
    if (taken) onTaken();
  };
}

/** Take control / Hand back, on the bar. */
export function bindTakeover(store: Store, setControl: SetControl): void {
  const button = byId<HTMLButtonElement>("take");
  button.addEventListener("click", async () => {
    const { session } = store.state;
    if (!session) return;
    const take = !session.takeover;
    button.disabled = true;
    button.title = "";
    try {
      await setControl(take);
    } catch (error) {
      button.title = error instanceof Error ? error.message : String(error);
      byId("control").textContent = take ? "Could not take control" : "Could not hand back";
    } finally {
      button.disabled = false;
    }
  });
}
