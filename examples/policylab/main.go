// Command policylab asks what each of the policies would have done that a study of social
// prescribing names: contracts of 3, 12 or 36 months with and without carry-over; money per head or
// by deprivation; more link workers or more places; vouchers for journeys; feedback to practices;
// capacity that is shared, asked for or learned; a post that stands empty for three months. It
// plays them in an invented district on the same people, and prints a table to decide by for
// each question, with intervals, who gains and who loses, and which assumption would turn the choice.
//
// With the log of a scheme it refers the same people again on the same days, with the luck that the log
// tells of, under other policies, and puts them beside what happened.
//
//	go run ./examples/policylab
//	go run ./examples/policylab -question vacancy -pairs 64
//	go run ./examples/policylab -study mine.json -journal runs.ndjson -out results
//	go run ./examples/policylab -replay events.ndjson
//	go run ./examples/policylab -replay events.ndjson -study mine.json -question workers
package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed" // of the district
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/simulation/lab"
)

//go:embed bay.json
var bay []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "policylab:", err)
		os.Exit(1)
	}
}

// A session is what the flags say.
type session struct {
	o                                           lab.Options
	study, question, journal, to, barriers, log string
	out                                         bytes.Buffer
	tables                                      map[string]lab.Table
	pictures                                    []chart.Picture
	bar                                         *bar.Bar
	began                                       time.Time
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("policylab", flag.ContinueOnError)
	flags.SetOutput(stderr)
	s := session{tables: map[string]lab.Table{}, bar: bar.New(stderr), began: time.Now()}
	defer s.bar.Done()
	flags.StringVar(&s.o.Seed, "seed", "1", "`text` from which everything is drawn: the same seed, the same people")
	flags.IntVar(&s.o.Pairs, "pairs", 16, "how many `pairs` of runs for each policy")
	flags.IntVar(&s.o.Workers, "workers", 2, "`runs` at the same time; the results are the same for any number")
	flags.StringVar(&s.study, "study", "", "`file` with a scheme and questions, as bay.json; empty is that. With -replay only the policies, prices and effects of its questions are taken")
	flags.StringVar(&s.question, "question", "", "the `name` of the only question that is answered; empty is all")
	flags.StringVar(&s.journal, "journal", "", "`file` that keeps finished runs, so that a study that was ended goes on")
	flags.StringVar(&s.barriers, "barriers", "barriers", "the `name` of the question whose policies are held against the 25 barriers; empty is none")
	flags.StringVar(&s.log, "replay", "", "`file` with the log of a scheme, as examples/pathway writes one: its people are referred again under other policies, those of -study or else some that any scheme has")
	flags.StringVar(&s.to, "out", "", "`folder` to write tables to, as CSV with datapackage.json, and a picture of each question")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if s.journal != "" {
		file, err := os.OpenFile(s.journal, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		if s.o.Journal, err = lab.NewJournal(file, file); err != nil {
			return fmt.Errorf("%s: %w", s.journal, err)
		}
	} else if s.o.Journal, err = lab.NewJournal(strings.NewReader(""), nil); err != nil { // nothing is played twice
		return err
	}
	answer := s.answer
	if s.log != "" {
		answer = s.replay
	}
	if err := answer(ctx); err != nil {
		return err
	}
	if err := s.write(); err != nil {
		return err
	}
	_, err = stdout.Write(s.out.Bytes())
	return err
}

// questions returns those that are asked, of the file that was given or else of a study.
func (s *session) questions(data []byte) ([]lab.Study, error) {
	if s.study != "" {
		var err error
		if data, err = os.ReadFile(s.study); err != nil {
			return nil, err
		}
	}
	studies, err := lab.Parse(data)
	if err != nil {
		return nil, err
	}
	if s.question != "" {
		studies = slices.DeleteFunc(studies, func(x lab.Study) bool { return x.Name != s.question })
		if len(studies) == 0 {
			return nil, fmt.Errorf("no question of the study has that name")
		}
	}
	return studies, nil
}

// answer answers the questions of the study.
func (s *session) answer(ctx context.Context) error {
	studies, err := s.questions(bay)
	if err != nil {
		return err
	}
	fmt.Fprintf(&s.out, "Questions: %d, each with %d pairs of runs of %d days, for the same people. Differences with 95 %% intervals that\nhold for all policies of a measure at once; where one holds 0 (?) these pairs cannot tell.\n", len(studies), s.o.Pairs, studies[0].Scenario.Days)
	for _, study := range studies {
		if err := s.one(ctx, study); err != nil {
			return err
		}
		if study.Name != s.barriers {
			continue
		}
		if err := s.against(ctx, study); err != nil {
			return err
		}
	}
	s.limits()
	return nil
}

// shown are the measures of the table beside the one that decides.
var shown = []lab.Measure{lab.ToContact, lab.GaveUp, lab.Began, lab.Cost}

// one answers one question.
func (s *session) one(ctx context.Context, study lab.Study) error {
	s.o.Progress = s.progress(study.Name)
	c, err := lab.Compare(ctx, study, s.o)
	if err != nil {
		return err
	}
	s.keep(c.Tables()...)
	decides := cmp.Or(study.Decides, lab.Began)
	if err := s.draw(c, study, decides); err != nil {
		return err
	}
	measures := []lab.Measure{decides}
	for _, m := range slices.Concat(study.Shows, shown) {
		if !slices.Contains(measures, m) {
			measures = append(measures, m)
		}
	}
	fmt.Fprintf(&s.out, "\n%s  %s\n%s", strings.ToUpper(study.Name), study.Question, c.Decision(measures...))
	info, _ := lab.InfoOf(decides)
	choice, sure := c.Choice(decides)
	words := "shown"
	if !sure {
		words = "not shown by these pairs"
	}
	fmt.Fprintf(&s.out, "Best by %s: %s (%s).\n", info.Name, choice, words)
	s.gains(c, study, choice)
	if len(study.Ranges) == 0 {
		return nil
	}
	return s.vary(ctx, study, decides)
}

// gains prints for whom the choice, or the first alternative where the choice is to change
// nothing, changes how many begin something.
func (s *session) gains(c *lab.Comparison, study lab.Study, choice string) {
	if choice == study.Policies[0].Name && len(study.Policies) > 1 {
		choice = study.Policies[1].Name
	}
	fmt.Fprintf(&s.out, "Who gains and who loses by %q, in people who began something:\n", choice)
	for _, by := range c.Kinds() {
		var parts []string
		for _, d := range c.Groups(lab.Began, by) {
			if d.Policy == choice {
				parts = append(parts, d.Group+" "+d.String())
			}
		}
		fmt.Fprintf(&s.out, "  by %s: %s\n", by, strings.Join(parts, "; "))
	}
}

// vary prints which assumption would turn the choice. Fewer pairs are played for it.
func (s *session) vary(ctx context.Context, study lab.Study, decides lab.Measure) error {
	o := s.o
	o.Pairs = max(2, o.Pairs/4)
	var pairs [][2]lab.Parameter
	if len(study.Ranges) > 1 {
		pairs = append(pairs, [2]lab.Parameter{study.Ranges[0].Parameter, study.Ranges[1].Parameter})
	}
	v, err := lab.Vary(ctx, study, o, decides, pairs...)
	if err != nil {
		return err
	}
	s.keep(v.Tables()...)
	fmt.Fprintf(&s.out, "What would turn it (%d pairs each):\n%s", o.Pairs, v)
	for _, g := range v.Grids {
		fmt.Fprintf(&s.out, "Choice by %s (down: low, study, high) and %s (across):\n", g.A.Parameter, g.B.Parameter)
		for _, row := range g.Choices {
			fmt.Fprintf(&s.out, "  %s\n", strings.Join(row[:], " | "))
		}
	}
	return nil
}

// against prints what each policy does to each of the 25 barriers. Fewer pairs are played for it.
func (s *session) against(ctx context.Context, study lab.Study) error {
	o := s.o
	o.Pairs = max(3, o.Pairs/2)
	b, err := study.Barriers(ctx, o)
	if err != nil {
		return err
	}
	s.keep(b.Tables()...)
	fmt.Fprintf(&s.out, "The 25 barriers, each by what tells most (%d pairs):\n%s", o.Pairs, b)
	return nil
}

// progress shows how far a question has come, and about how long the rest takes.
func (s *session) progress(name string) func(lab.Progress) {
	began := time.Now()
	return func(p lab.Progress) {
		label := name
		if left, known := p.Remaining(time.Since(began)).Lookup(); known {
			label += ", " + left.Round(time.Second).String() + " left"
		}
		s.bar.Over(label)(p.Done, p.Of)
	}
}

// limits says below the tables what they do not prove.
func (s *session) limits() {
	s.out.WriteString(`
WHAT THIS DOES NOT PROVE
- That any policy works. The district is invented; most parameters of its behaviour are assumed, and so are
  the effects of vouchers and feedback, the gaps between contracts, the money that is left at their end, all prices and
  what a person who begins is worth. Intervals are about chance alone.
- What becomes of people. The share of finished courses that meet a need is put in; a controlled trial found no effect.
- What nobody modelled: what short contracts do to staff and trust, who comes back, who tells a neighbour.
`)
}

// keep puts tables with those of the same name of other questions.
func (s *session) keep(tables ...lab.Table) {
	for _, t := range tables {
		all := s.tables[t.Name]
		all.Name, all.Header = t.Name, t.Header
		all.Rows = append(all.Rows, t.Rows...)
		s.tables[t.Name] = all
	}
}

// write writes the tables to the folder that was asked for.
func (s *session) write() error {
	if s.to == "" {
		return nil
	}
	if err := os.MkdirAll(s.to, 0o755); err != nil {
		return err
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	for name, write := range files {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.to, name), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return s.writePictures()
}
