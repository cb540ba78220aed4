// Command convert writes a log of events, and the figures that it gives, as Parquet.
//
//	go run ./convert -events events.ndjson -log events.parquet -figures figures.parquet
//
// Figures are released first: small numbers are not shown.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/parquet"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("convert", flag.ContinueOnError)
	flags.SetOutput(stderr)
	events := flags.String("events", "", "`file` of events, one JSON object a line")
	log := flags.String("log", "", "Parquet `file` to write the events to")
	figures := flags.String("figures", "", "Parquet `file` to write the figures to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || *events == "" || *log+*figures == "" {
		return errors.New("needs -events, and -log or -figures, and nothing else")
	}
	if *log != "" {
		err := between(*events, *log, func(in io.Reader, out io.Writer) error {
			return parquet.WriteEvents(out, eventfile.Read(in, *events))
		})
		if err != nil {
			return err
		}
	}
	if *figures == "" {
		return nil
	}
	return between(*events, *figures, func(in io.Reader, out io.Writer) error {
		counted, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
		if err != nil {
			return err
		}
		if err := counted.Read(ctx, eventfile.Read(in, *events), nil); err != nil {
			return err
		}
		counts, err := counted.Count(ctx)
		if err != nil {
			return err
		}
		table, err := export.Figures(counts, export.About{Policy: disclosure.HES()}, counted.Indicators()...)
		if err != nil {
			return err
		}
		return parquet.WriteTable(out, table)
	})
}

// between reads one file and writes another.
func between(from, to string, do func(io.Reader, io.Writer) error) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return do(in, out)
}
