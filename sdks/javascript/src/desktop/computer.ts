import { computer, type Modifiers, type Point, type ScrollOptions } from "../actions/computer.js";
import { NenDesktopContractError } from "../errors.js";
import type { ActionCall, ActOptions, ExecuteResult } from "../types/action.js";

/**
 * Mouse, keyboard and screen of a desktop. Coordinates are pixels of the full screenshot, origin at the top left; without
 * them an action happens where the pointer is. Every action is answered once the screen has settled after it.
 */
export abstract class Computer {
  /** Does one action. It is never sent twice once it may have arrived. */
  abstract act(call: ActionCall, options?: ActOptions): Promise<ExecuteResult>;

  /** Clicks. */
  leftClick(x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.leftClick(x, y, options), options);
  }

  /** Clicks with the right button. */
  rightClick(x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.rightClick(x, y, options), options);
  }

  /** Clicks with the wheel. */
  middleClick(x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.middleClick(x, y, options), options);
  }

  /** Clicks twice. */
  doubleClick(x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.doubleClick(x, y, options), options);
  }

  /** Clicks three times, which mostly marks a line. */
  tripleClick(x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.tripleClick(x, y, options), options);
  }

  /** Moves the pointer. */
  mouseMove(x: number, y: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.act(computer.mouseMove(x, y), options);
  }

  /** Presses the left button and holds it, also beyond this call. */
  leftMouseDown(x?: number, y?: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.act(computer.leftMouseDown(x, y), options);
  }

  /** Lets the left button go. */
  leftMouseUp(x?: number, y?: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.act(computer.leftMouseUp(x, y), options);
  }

  /** Drags with the left button from one place to another. */
  drag(
    startX: number,
    startY: number,
    endX: number,
    endY: number,
    options?: Modifiers & ActOptions,
  ): Promise<ExecuteResult> {
    return this.act(computer.drag(startX, startY, endX, endY, options), options);
  }

  /** Drags with the left button along two places or more. */
  dragPath(path: readonly Point[], options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.dragPath(path, options), options);
  }

  /** Turns the wheel. */
  scroll(x: number | undefined, y: number | undefined, options: ScrollOptions & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.scroll(x, y, options), options);
  }

  /** Types any Unicode text where the keyboard is; a newline presses Return, a tab Tab. `interval`: seconds per character. */
  typeText(text: string, options?: { interval?: number } & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.typeText(text, options), options);
  }

  /** Presses keys: `Return`, `ctrl+a`, several separated by spaces; `repeat` is 1 to 100. */
  keyPress(key: string, options?: { repeat?: number } & ActOptions): Promise<ExecuteResult> {
    return this.act(computer.keyPress(key, options), options);
  }

  /** Holds a key for some seconds, 0 to 300. */
  holdKey(key: string, seconds: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.act(computer.holdKey(key, seconds), options);
  }

  /** Waits some seconds, 0 to 300; until the screen has settled when left out. */
  wait(seconds?: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.act(computer.wait(seconds), options);
  }

  /** Looks closely at a part of the screen, from its left top to its right bottom corner; the answer holds the picture. */
  zoom(x0: number, y0: number, x1: number, y1: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.act(computer.zoom(x0, y0, x1, y1), options);
  }

  /** Where the pointer is. */
  async cursorPosition(options?: ActOptions): Promise<{ x: number; y: number }> {
    const result = await this.act(computer.cursorPosition(), options);
    const [x, y] = result.coordinate ?? [];
    if (x === undefined || y === undefined) {
      throw new NenDesktopContractError("the answer to cursor_position has no coordinate", result.raw);
    }
    return { x, y };
  }
}
