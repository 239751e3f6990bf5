// Command quickstart makes a desktop, writes into an editor on it, keeps a picture of it, and deletes it.
//
//	export NEN_API_KEY=sk_nen_…   # and NEN_API_URL, unless it is http://127.0.0.1:8700
//	go run ./examples/quickstart
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	err := run(ctx)
	cancel()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	client := nendesktop.New(nendesktop.Config{})
	desktop, err := client.CreateDesktop(ctx, "sandbox", nendesktop.WithTools("computer", "windows"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desktop.Close()) }()

	if _, err := desktop.LaunchApp(ctx, "editor"); err != nil {
		return err
	}
	for {
		windows, err := desktop.Windows(ctx)
		if err != nil {
			return err
		}
		if len(windows) > 0 && windows[0].Focused {
			break
		}
		if _, err := desktop.WaitSettled(ctx); err != nil {
			return err
		}
	}
	if _, err := desktop.TypeText(ctx, "Grüße from Go\n"); err != nil {
		return err
	}
	picture, err := desktop.Screenshot(ctx)
	if err != nil {
		return err
	}
	if err := os.WriteFile("desktop.png", picture, 0o644); err != nil {
		return err
	}
	fmt.Println("desktop.png shows", desktop)
	return nil
}
