package parquet

import (
	"fmt"
	"io"
	"iter"
	"time"

	pq "github.com/parquet-go/parquet-go"

	"github.com/socialprescribing/sp/store"
)

// An Event is a row of a file of events. Its names are those of a line of package
// evaluation/eventfile; data is the JSON of the event. Who did it is left out.
type Event struct {
	Tenant   string    `parquet:"tenant,dict"`
	Kind     string    `parquet:"kind,dict"`
	ID       string    `parquet:"id"`
	Version  int64     `parquet:"version"`
	Type     string    `parquet:"type,dict"`
	At       time.Time `parquet:"at,timestamp(microsecond)"`
	Recorded time.Time `parquet:"recorded,timestamp(microsecond)"`
	Data     string    `parquet:"data,json"`
}

// WriteEvents writes a row for each event of a log. It fails with the first error of the log and
// of w. Events are pseudonymous and not anonymous, so the file is kept as the log is.
func WriteEvents(w io.Writer, log iter.Seq2[store.RecordedEvent, error]) error {
	out := pq.NewGenericWriter[Event](w, pq.Compression(&pq.Snappy))
	rows := make([]Event, 0, batch)
	flush := func() error {
		if _, err := out.Write(rows); err != nil {
			return fmt.Errorf("parquet: write events: %w", err)
		}
		rows = rows[:0]
		return nil
	}
	for e, err := range log {
		if err != nil {
			return fmt.Errorf("parquet: read the log: %w", err)
		}
		data := string(e.Data)
		if data == "" {
			data = "{}"
		}
		rows = append(rows, Event{e.Key.Tenant, e.Key.Kind, e.Key.ID, e.Version, string(e.Type), e.Stamp.At.UTC(), e.Stamp.Recorded.UTC(), data})
		if len(rows) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("parquet: write events: %w", err)
	}
	return nil
}
