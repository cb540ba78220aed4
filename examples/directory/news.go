package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/detect"
	"github.com/socialprescribing/sp/directory/quality"
)

// since prints what changed from an older state of the same feed.
func since(ctx context.Context, older string, c directory.Catalogue, o directory.ImportOptions, w io.Writer) error {
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

// due prints which services must be verified, those that most need it first, and which
// dates nobody can believe.
func due(c directory.Catalogue, on sp.Date, w io.Writer) error {
	list := quality.Due(c.Services, nil, on, 0)
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d services must be verified by %s\n", len(list), len(c.Services), on)
	for _, v := range list {
		assured := "never assured"
		if !v.Assured.IsZero() {
			assured = "assured on " + v.Assured.String()
		}
		fmt.Fprintf(&b, "  %s %s: %s\n", v.Service, cmp.Or(v.Name, "(without a name)"), assured)
	}
	for _, d := range quality.InventedDates(c.Services, on) {
		fmt.Fprintf(&b, "  nobody did so much on one day: %d of %d were %s on %s\n", d.Records, d.Of, d.Field, d.Date)
	}
	_, err := fmt.Fprintln(w, b.String())
	return err
}
