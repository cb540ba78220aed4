// Command allocate divides a sum of money among areas by population and
// deprivation, to the penny, and says who gains and who loses by it.
//
//	go run ./examples/allocate -gradient 500
//	go run ./examples/allocate -areas areas.csv -total 1000000000 -gradient 500 -by icb24cd
//
// Without -areas it divides among fifteen invented wards, and without -gradient
// or -formula each person counts the same. The areas are any file that package
// funding reads; the result is a table by group on the standard output and, with
// -out, a CSV file with the amount of each area and the factors that explain it.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
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
	areas, names, out string
	total             sp.Money
	by                string
	policy            funding.Policy
}

// run does what the arguments say and writes its tables to stdout.
func run(args []string, stdout, stderr io.Writer) error {
	t, err := parse(args, stderr)
	if err != nil {
		return err
	}
	areas, err := t.read(stdout)
	if err != nil {
		return err
	}
	after, err := funding.Allocate(t.total, areas, t.policy)
	if err != nil {
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

// parse reads the flags, and explains them on stderr.
func parse(args []string, stderr io.Writer) (task, error) {
	var t task
	var total, formula, levels, floor, limit string
	var gradient int64
	f := flag.NewFlagSet("allocate", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&t.areas, "areas", "", "CSV `file` of areas; without it, fifteen invented wards")
	f.StringVar(&total, "total", "1000000", "`pounds` to divide")
	f.Int64Var(&gradient, "gradient", 0, "how much more the most deprived decile needs than the least, in `thousandths`: 500 is half as much again")
	f.StringVar(&formula, "formula", "", "JSON `file` of a policy, instead of -gradient")
	f.StringVar(&t.policy.Formula.Base, "base", "", "`column` of the base population")
	f.TextVar(&t.policy.Method, "method", apportion.Hamilton, "`rule` for left-over pennies: hamilton, webster, cascade ...")
	f.StringVar(&levels, "levels", "", "`columns` of groups to divide among first, with commas")
	f.StringVar(&t.policy.Opening, "opening", "", "`column` of what each area had before")
	f.StringVar(&floor, "floor", "", "least `part` of what an area had, or without -opening of equal money for each person: 0.95")
	f.StringVar(&limit, "cap", "", "largest `part`: 1.2")
	f.StringVar(&t.by, "by", "", "`column` of groups to show; without it, the first")
	f.StringVar(&t.names, "names", "", "CSV `file` of the names of the groups; without it, the one beside the areas")
	f.StringVar(&t.out, "out", "", "`file` to write the amount of each area to, with its explanation")
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
		t.policy.Formula.Factors = []funding.Factor{{
			Name: "deprivation", Column: "imd_decile", DecileGradient: decimal.New(gradient, -3).String(),
		}}
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

// read reads the areas and shows the first of what is odd about them.
func (t *task) read(w io.Writer) (*funding.Areas, error) {
	file := strings.NewReader(wards)
	if t.areas != "" {
		content, err := os.ReadFile(t.areas)
		if err != nil {
			return nil, err
		}
		file = strings.NewReader(string(content))
	}
	areas, issues, err := funding.ReadAreas(file, funding.Layout{Name: t.areas})
	var text bytes.Buffer // shown also if the areas cannot be used
	for i, issue := range issues {
		if i == 5 {
			fmt.Fprintf(&text, "... and %d more\n", len(issues)-i)
			break
		}
		fmt.Fprintln(&text, issue)
	}
	_, shown := text.WriteTo(w)
	return areas, errors.Join(err, shown)
}

// before returns what the areas had, or else equal money for each person.
func (t *task) before(areas *funding.Areas) (*funding.Allocation, error) {
	if t.policy.Opening != "" {
		return funding.Given(areas, t.policy.Opening, sp.GBP)
	}
	return funding.Allocate(t.total, areas, funding.Policy{Name: "equal money for each person"})
}
