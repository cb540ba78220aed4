package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/quality"
	"github.com/socialprescribing/sp/voice"
)

// since prints what changed from an older state of the same feed.
func since(ctx context.Context, older string, c directory.Catalogue, o feed.Options, w io.Writer) error {
	before, _, err := detect.Read(ctx, os.DirFS(filepath.Dir(older)), filepath.Base(older), o)
	if err != nil {
		return fmt.Errorf("-since: %w", err)
	}
	changes := quality.Diff(before, c)
	var b strings.Builder
	fmt.Fprintf(&b, "%d changes since %s\n", len(changes), filepath.Base(older))
	for _, change := range changes {
		fmt.Fprintf(&b, "  %-7s %-12s %s\n", change.What, change.Kind, strings.TrimSpace(fmt.Sprint(change.ID, " ", change.Name, " ", strings.Join(change.Fields, ", "))))
	}
	_, err = fmt.Fprintln(w, b.String())
	return err
}

// checked reads what people said who tried listings that were drawn as a sample, a
// statement of package voice on each line, and returns it by service. Statements of other
// kinds are passed over; one that cannot be true is an error.
func checked(path string, feed string) (map[directory.ID][]quality.Check, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("-checks: %w", err)
	}
	found := map[directory.ID][]quality.Check{}
	lines := json.NewDecoder(bytes.NewReader(text))
	for n := 1; ; n++ {
		var said struct {
			voice.Statement
			On sp.Date `json:"on"`
		}
		err := lines.Decode(&said)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err == nil {
			err = said.Check(voice.Standard())
		}
		if err == nil && said.On.IsZero() {
			err = sp.Invalid("check", "on", sp.Missing, "must be the day on which somebody looked")
		}
		if err != nil {
			return nil, fmt.Errorf("-checks: statement %d: %w", n, err)
		}
		if said.Kind != voice.Listing {
			continue
		}
		codes := make([]voice.Code, len(said.Items))
		for i, item := range said.Items {
			codes[i] = item.Code
		}
		service := said.Service
		if !strings.Contains(string(service), "/") { // as the feed calls it
			service = directory.NewID(feed, string(service))
		}
		found[service] = append(found[service], quality.CheckOf(said.On, codes...))
	}
}

// due prints which services must be verified, those that most need it first, and which
// dates nobody can believe.
func due(c directory.Catalogue, checks map[directory.ID][]quality.Check, on sp.Date, w io.Writer) error {
	list := quality.Due(c.Services, checks, on, 0)
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d services must be verified by %s\n", len(list), len(c.Services), on)
	for _, v := range list {
		assured := "never assured"
		if !v.Assured.IsZero() {
			assured = "assured on " + v.Assured.String()
		}
		if v.Contested {
			assured += ", and a check found it wrong"
		}
		fmt.Fprintf(&b, "  %s %s: %s\n", v.Service, cmp.Or(v.Name, "(without a name)"), assured)
	}
	for _, d := range quality.InventedDates(c.Services, on) {
		fmt.Fprintf(&b, "  nobody did so much on one day: %d of %d were %s on %s\n", d.Records, d.Of, d.Field, d.Date)
	}
	_, err := fmt.Fprintln(w, b.String())
	return err
}
