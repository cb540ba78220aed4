// Command allocate divides a sum of money among areas by population and
// deprivation, to the penny, and says who gains and who loses by it.
//
//	go run ./examples/allocate -gradient 500
//	go run ./examples/allocate -areas areas.csv -total 1000000000 -gradient 500 -by icb24cd
//	go run ./examples/allocate compare a.json b.json -tidy all.csv
//	go run ./examples/allocate -areas wards.csv -population residents -deciles deprivation -gradient 500
//
// Without -areas it divides among fifteen invented wards, and without -gradient
// or -formula each person counts the same. The areas are any CSV file. What its
// columns are is known of files that package england recognises; of any other,
// -population, -deciles and -ranks say it, and nothing is divided before. The result is
// a table by group on the standard output and, with -out, a CSV file with the amount
// of each area and the factors that explain it. With -pictures it draws who gets what for each
// of the people, and how one amount came about.
//
// After the word compare it divides by several policies, each a JSON file or several in
// one, and says what each does beside what the areas had. -tidy writes a row for each
// policy and area for R and pandas, -out a file with the explanations of each policy, and
// -years says who is below target and when each reaches it.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/england"
)

//go:embed areas.csv
var wards string

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "allocate:", err)
		os.Exit(1)
	}
}

// A task is what the flags ask for.
type task struct {
	areas, names, out          string
	pictures                   string // folder
	population, deciles, ranks string // columns
	without                    string // codes
	total                      sp.Money
	by                         string
	gradient                   string
	policy                     funding.Policy
}

// run does what the arguments say and writes its tables to stdout.
func run(args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "compare" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		return compare(ctx, args[1:], stdout, stderr)
	}
	t, err := parse(args, stderr)
	if err != nil {
		return err
	}
	areas, err := t.read(stdout)
	if err != nil {
		return err
	}
	if err := t.deprivation(areas); err != nil {
		return err
	}
	after, err := funding.Allocate(t.total, areas, t.policy)
	if err != nil {
		if areas.Population() == "" {
			return fmt.Errorf("%w (-population COLUMN states it)", err)
		}
		return err
	}
	before, err := t.before(areas)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.report(&text, before, after); err != nil {
		return err
	}
	if t.out != "" {
		if err := save(t.out, before, after); err != nil {
			return err
		}
	}
	if t.pictures != "" {
		if err := t.draw(t.pictures, before, after); err != nil {
			return err
		}
	}
	_, err = text.WriteTo(stdout)
	return err
}

// save writes the amounts and their explanation to a file.
func save(name string, before, after *funding.Allocation) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f, before, after), f.Close())
}

// flagsOf returns flags that are explained on stderr, with the other way to run the program.
func flagsOf(stderr io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet("allocate", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintln(stderr, "Usage of allocate, and with -h after the word compare of several policies:") //nolint:errcheck // there is nowhere else to say it
		f.PrintDefaults()
	}
	return f
}

// parse reads the flags, and explains them on stderr.
func parse(args []string, stderr io.Writer) (task, error) {
	var t task
	var total, formula, levels, floor, limit string
	var gradient int64
	f := flagsOf(stderr)
	f.StringVar(&t.areas, "areas", "", "CSV `file` of areas; without it, fifteen invented wards")
	f.StringVar(&t.population, "population", "", "`column` that counts people, unless the header says so")
	f.StringVar(&t.deciles, "deciles", "", "`column` of deciles of deprivation, of which 1 is the most deprived, unless the file is known")
	f.StringVar(&t.ranks, "ranks", "", "`column=number` of ranks of deprivation, of which 1 is the most deprived, and of how many areas they are: rank=33755")
	f.StringVar(&t.without, "without", "", "`codes` of rows to leave out, such as totals, with commas")
	f.StringVar(&total, "total", "1000000", "`pounds` to divide")
	f.Int64Var(&gradient, "gradient", 0, "how much more the most deprived decile needs than the least, in `thousandths`: 500 is half as much again")
	f.StringVar(&formula, "formula", "", "JSON `file` of a policy, instead of -gradient")
	f.StringVar(&t.policy.Formula.Base, "base", "", "`column` of the base population")
	f.TextVar(&t.policy.Method, "method", apportion.Hamilton, "`rule` for left-over pennies: hamilton, webster, cascade ...")
	f.StringVar(&levels, "levels", "", "`columns` of groups to divide among first, with commas")
	f.StringVar(&t.policy.Opening, "opening", "", "`column` of what each area had before")
	f.StringVar(&floor, "floor", "", "least `part` of what an area had, or without -opening of equal money for each person: 0.95")
	f.StringVar(&limit, "cap", "", "largest `part`: 1.2")
	f.StringVar(&t.by, "by", "", "`column` of groups to show; without it, the first with at most 50")
	f.StringVar(&t.names, "names", "", "CSV `file:column` of the names of the groups, with their codes in its first column")
	f.StringVar(&t.out, "out", "", "`file` to write the amount of each area to, with its explanation")
	f.StringVar(&t.pictures, "pictures", "", "`folder` to write pictures to, with their tables")
	if err := f.Parse(args); err != nil {
		return task{}, err
	}
	if f.NArg() > 0 {
		return task{}, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	var err error
	if t.total, err = sp.ParseMoney(total + " GBP"); err != nil {
		return task{}, errors.New("-total must be an amount in pounds, such as 1000000 or 1234.50")
	}
	if formula != "" {
		return t, t.load(formula, f)
	}
	if gradient != 0 {
		t.gradient = decimal.New(gradient, -3).String()
	}
	if levels != "" {
		t.policy.Levels = strings.Split(levels, ",")
	}
	if t.policy.Floor, err = t.bound(floor); err != nil {
		return task{}, fmt.Errorf("-floor: %w", err)
	}
	if t.policy.Cap, err = t.bound(limit); err != nil {
		return task{}, fmt.Errorf("-cap: %w", err)
	}
	return t, nil
}

// load reads the policy from a file. What a policy says, no other flag may say.
func (t *task) load(name string, f *flag.FlagSet) error {
	var err error
	f.Visit(func(set *flag.Flag) {
		switch set.Name {
		case "gradient", "base", "method", "levels", "opening", "floor", "cap":
			err = fmt.Errorf("-%s and -formula cannot be used together", set.Name)
		}
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	t.policy, err = funding.ParsePolicy(text)
	return err
}

// bound makes a bound of a part of what an area had, or of equal money for each.
func (t *task) bound(part string) (funding.Bound, error) {
	switch {
	case part == "":
		return funding.Bound{}, nil
	case t.policy.Opening == "":
		return funding.Bound{OfFlat: part}, nil
	}
	d, err := decimal.NewFromString(part)
	if err != nil {
		return funding.Bound{}, errors.New("must be a decimal number")
	}
	return funding.Bound{Growth: d.Sub(decimal.New(1, 0)).String()}, nil
}

// ward is what the columns of the invented wards are.
var ward = area.Layout{
	Code: "ward", Population: "population", Fields: []area.Field{
		{Name: "place", Meaning: area.Meaning{Kind: area.Group}},
		{Name: "population", Meaning: area.Meaning{Kind: area.Count}},
		{Name: "imd_rank", Meaning: area.Meaning{Kind: area.Rank}},
		{Name: "imd_decile", Meaning: area.Meaning{Kind: area.Decile}},
		{Name: "last_year", Meaning: area.Meaning{Kind: area.Money}},
	},
}

// read reads the areas and shows the first of what is odd about them.
func (t *task) read(w io.Writer) (*area.Table, error) {
	file, layout := io.Reader(strings.NewReader(wards)), ward
	if t.areas != "" {
		f, err := os.Open(t.areas)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // nothing was written
		file, layout = f, area.Layout{Name: t.areas, Population: t.population}
	}
	areas, issues, err := area.Read(file, layout, england.Known()...)
	var text bytes.Buffer // shown also if the areas cannot be used
	shown := 0
	for _, issue := range issues {
		if t.areas != "" && issue.Severity == sp.Note && len(issues) > 5 {
			continue // room for what needs a decision
		}
		if shown == 5 {
			break
		}
		fmt.Fprintln(&text, issue)
		shown++
	}
	if more := len(issues) - shown; more > 0 {
		fmt.Fprintf(&text, "... and %d more\n", more)
	}
	_, failed := text.WriteTo(w)
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	return t.describe(areas)
}

// describe leaves rows out and says what columns are, as the flags do.
func (t *task) describe(areas *area.Table) (*area.Table, error) {
	var err error
	if t.without != "" {
		if areas, err = areas.Without(strings.Split(t.without, ",")...); err != nil {
			return nil, fmt.Errorf("-without: %w", err)
		}
	}
	if t.deciles != "" {
		if areas, err = areas.Describe(t.deciles, area.Meaning{Kind: area.Decile}); err != nil {
			return nil, fmt.Errorf("-deciles: %w", err)
		}
	}
	if t.ranks != "" {
		column, number, _ := strings.Cut(t.ranks, "=")
		of, err := strconv.Atoi(number)
		if err != nil {
			return nil, errors.New("-ranks must be a column and of how many areas it has ranks, such as rank=33755")
		}
		if areas, err = areas.Describe(column, area.Meaning{Kind: area.Rank, Of: of}); err != nil {
			return nil, fmt.Errorf("-ranks: %w", err)
		}
		t.ranks = column
	}
	return areas, nil
}

// deprivation makes the gradient a factor over the deciles.
func (t *task) deprivation(areas *area.Table) error {
	if t.gradient == "" {
		return nil
	}
	deciles := overall(areas, area.Decile, t.deciles, "imd_decile")
	if deciles == "" {
		return fmt.Errorf("-gradient needs -deciles, as nothing says which column holds deciles; there are %s", strings.Join(areas.OfKind(area.Number), ", "))
	}
	t.policy.Formula.Factors = []funding.Factor{{Name: "deprivation", Column: deciles, DecileGradient: t.gradient}}
	return nil
}

// overall returns the column of a kind that was stated, or the only one, or the one
// that package england calls so, and nothing if that decides nothing.
func overall(areas *area.Table, kind area.Kind, stated, name string) string {
	columns := areas.OfKind(kind)
	switch {
	case stated != "":
		return stated
	case len(columns) == 1:
		return columns[0]
	case slices.Contains(columns, name):
		return name
	}
	return ""
}

// before returns what the areas had, or else equal money for each person.
func (t *task) before(areas *area.Table) (*funding.Allocation, error) {
	if t.policy.Opening != "" {
		return funding.Given(areas, t.policy.Opening, sp.GBP)
	}
	return funding.Allocate(t.total, areas, funding.Policy{Name: "equal money for each person"})
}
