// Command portaltask does the task that every client of Nen does on the same supplier portal: it signs in, reads the
// table of invoices, pays the open one and fetches the receipt. It prints one line of JSON.
//
// Environment: NEN_API_URL, NEN_API_KEY, PORTAL_URL (the portal as a desktop sees it) and PORTAL_NOTE (a text to type).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

// patience bounds the wait for one page or file, and the whole task.
const (
	patience = 60 * time.Second
	longest  = 5 * time.Minute
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ctx, cancel := context.WithTimeout(ctx, longest)
	err := run(ctx)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// outcome is what the task found out.
type outcome struct {
	Invoice string `json:"invoice"`
	Amount  string `json:"amount"`
	Receipt string `json:"receipt"`
}

func run(ctx context.Context) (err error) {
	portal, note := os.Getenv("PORTAL_URL"), os.Getenv("PORTAL_NOTE")
	if portal == "" {
		return errors.New("PORTAL_URL must be the address of the portal as a desktop sees it, such as http://host.nen:8080")
	}
	client := nendesktop.New(nendesktop.Config{})
	desktop, err := client.CreateDesktop(ctx, "sandbox",
		nendesktop.WithName("portal task, Go"),
		nendesktop.WithTools("computer", "clipboard", "windows"),
		nendesktop.WithStartURL(portal))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desktop.Close()) }()
	found, err := pay(ctx, &browser{desktop.With(nendesktop.WithScreenshot(nendesktop.ScreenshotNever))}, portal, note)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}

func pay(ctx context.Context, browser *browser, portal, note string) (*outcome, error) {
	found := &outcome{}
	var table string
	steps := []func() error{
		func() error { return browser.untilTitle(ctx, "Sign in") },
		func() error { return browser.fillIn(ctx, "ada@lumen.example", "correct-Horse7") },
		func() error { return browser.untilTitle(ctx, "Invoices") },
		func() (err error) { table, err = browser.copyPage(ctx); return },
		func() (err error) { found.Invoice, found.Amount, err = openInvoice(table); return },
		func() error { return browser.goTo(ctx, portal+"/pay") },
		func() error { return browser.untilTitle(ctx, "Pay - ") },
		func() error { return browser.fillIn(ctx, found.Invoice, found.Amount, note) },
		func() error { return browser.untilTitle(ctx, "Paid") },
		func() error { return browser.goTo(ctx, portal+"/receipt.txt") },
		func() (err error) { found.Receipt, err = browser.downloaded(ctx, "receipt.txt"); return },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// openInvoice finds number and amount of the open invoice in a table of Number, Customer, Amount and Status.
func openInvoice(table string) (number, amount string, err error) {
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) == 4 && cells[3] == "open" {
			return cells[0], cells[2], nil
		}
	}
	return "", "", fmt.Errorf("no invoice is open in %q", table)
}
