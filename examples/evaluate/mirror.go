package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/mirror"
	"github.com/socialprescribing/sp/store"
)

// showMirror prints the page of a practice, a provider or a worker, whichever has that ID in the log.
func showMirror(ctx context.Context, w io.Writer, id string, log iter.Seq2[store.RecordedEvent, error], o evaluation.Options) error {
	var has []string
	for _, of := range []mirror.Of{mirror.OfPractices, mirror.OfProviders, mirror.OfWorkers} {
		m, err := mirror.Make(ctx, of, log, mirror.Options{Period: o.Period, AsOf: o.AsOf})
		if err != nil {
			return err
		}
		page, err := m.Page(id)
		if errors.Is(err, sp.ErrNotFound) {
			if ids := m.IDs(); len(ids) > 0 {
				has = append(has, ids[0])
			}
			continue
		}
		if err == nil {
			_, err = fmt.Fprint(w, page)
		}
		return err
	}
	return fmt.Errorf("-mirror %s: the log has no practice, provider or worker of that ID, but has such as %s", id, strings.Join(has, ", "))
}
