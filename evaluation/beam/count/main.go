// Command count counts a log on a cluster, by a pipeline for Apache Beam:
//
//	go run ./count -events events.ndjson -as-of 2026-03-31 -out counts.json
//	go run ./count -events gs://bucket/events-*.ndjson -as-of 2026-03-31 -out gs://bucket/counts.json -runner universal -endpoint flink:8099
//
// Without -runner it runs on this machine, on Prism. Flags of Beam are those of its Go SDK.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"   // the scheme gs
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local" // paths
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/beam"
)

func main() {
	events := flag.String("events", "", "`files` of events, one JSON object a line")
	out := flag.String("out", "", "`file` to write the counts to, as JSON")
	day := flag.String("as-of", "", "the last `day` that counts")
	by := flag.String("by", "", "group by `what`: practice, route, age, worker, month, year")
	beam.Declare()
	flag.Parse()
	sdk.Init()
	if err := run(context.Background(), *events, *out, *day, *by); err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, events, out, day, by string) error {
	if flag.NArg() > 0 || events == "" || out == "" {
		return errors.New("needs -events, -as-of and -out, and nothing behind the flags")
	}
	asOf, err := sp.ParseDate(day)
	if err != nil {
		return fmt.Errorf("-as-of: %w", err)
	}
	plan := beam.Plan{AsOf: asOf, By: by}
	if _, err := plan.Run(); err != nil {
		return err
	}
	pipeline, s := sdk.NewPipelineWithRoot()
	textio.Write(s, out, beam.Count(s, textio.Read(s, events), plan))
	return beamx.Run(ctx, pipeline)
}
