package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

// browser is the one on a desktop, worked by keyboard alone.
type browser struct{ desktop *nendesktop.Desktop }

// untilTitle waits for a window whose title has the text, and for a screen at rest: before that, a field may not have
// the keyboard yet.
func (b *browser) untilTitle(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no window has %q in its title", text))
	defer cancel()
	for {
		windows, err := b.desktop.Windows(ctx)
		if err != nil {
			return because(ctx, err)
		}
		// This is what makes the loop wait, too.
		if _, err := b.desktop.WaitSettled(ctx); err != nil {
			return because(ctx, err)
		}
		for _, window := range windows {
			if strings.Contains(window.Title, text) {
				return nil
			}
		}
	}
}

// fillIn types values into the fields from the one that has the keyboard on, and sends the form.
func (b *browser) fillIn(ctx context.Context, values ...string) error {
	var actions []nendesktop.Action
	for i, value := range values {
		if i > 0 {
			actions = append(actions, nendesktop.KeyPress("Tab"))
		}
		actions = append(actions, nendesktop.TypeText(value))
	}
	return b.do(ctx, append(actions, nendesktop.KeyPress("Return"))...)
}

// goTo opens an address in the tab that is shown.
func (b *browser) goTo(ctx context.Context, address string) error {
	return b.do(ctx, nendesktop.KeyPress("ctrl+l"), nendesktop.TypeText(address), nendesktop.KeyPress("Return"))
}

// copyPage is all text of the page that is shown.
func (b *browser) copyPage(ctx context.Context) (string, error) {
	if err := b.do(ctx, nendesktop.KeyPress("ctrl+a"), nendesktop.KeyPress("ctrl+c")); err != nil {
		return "", err
	}
	return b.desktop.Clipboard(ctx)
}

// do does one action after the other, each once the screen rests after the one before: a browser that is busy moves the
// keyboard to another field later than the keys would come in a batch.
func (b *browser) do(ctx context.Context, actions ...nendesktop.Action) error {
	for _, action := range actions {
		if _, err := b.desktop.Do(ctx, action); err != nil {
			return err
		}
	}
	return nil
}

// downloaded waits until a file is in the folder of downloads, and answers its text.
func (b *browser) downloaded(ctx context.Context, name string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no file %s was downloaded", name))
	defer cancel()
	folder := nendesktop.WithPath("Downloads")
	for {
		files, err := b.desktop.Files().List(ctx, folder)
		if err != nil {
			return "", because(ctx, err)
		}
		for _, file := range files {
			if file.Name == name {
				text, err := b.desktop.Files().Read(ctx, name, folder)
				return string(text), because(ctx, err)
			}
		}
		if _, err := b.desktop.Wait(ctx, 100*time.Millisecond); err != nil {
			return "", because(ctx, err)
		}
	}
}

// because is an error with what was waited for in vain, when that is its reason.
func because(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return fmt.Errorf("%w: %w", context.Cause(ctx), err)
}
