package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// A contest is several policies for the same money.
type contest struct {
	task
	files    []string
	total    sp.Money
	opening  string
	had      string // file and column
	need     string // column
	tidy     string
	dir      string
	years    int
	growth   string
	formula  *funding.Formula // of the need by which all are judged
	policies []funding.Policy
	from     []string // of each policy, the file
}

// compare does what the arguments after the word compare say.
func compare(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parseContest(args, stderr)
	if err != nil {
		return err
	}
	if err := c.load(); err != nil {
		return err
	}
	areas, err := c.read(stdout)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if areas, err = c.join(&text, areas); err != nil {
		return err
	}
	if c.formula != nil {
		c.need = "need of the scenario"
		if areas, err = c.formula.Weighted(areas, c.need); err != nil {
			return fmt.Errorf("need: %w", err)
		}
	}
	before, err := c.before(areas)
	if err != nil {
		return err
	}
	y, err := funding.NewYardstick(areas, funding.Judging{Before: before, Rank: overall(areas, area.Rank, c.ranks, "imd_rank"), Need: c.need})
	if err != nil {
		return err
	}
	if err := c.run(ctx, &text, areas, before, y); err != nil {
		return c.inFile(err)
	}
	_, err = text.WriteTo(stdout)
	return err
}

// parseContest reads flags and files, in any order.
func parseContest(args []string, stderr io.Writer) (*contest, error) {
	c := &contest{}
	var total string
	f := flag.NewFlagSet("allocate compare", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&c.areas, "areas", "", "CSV `file` of areas; without it, fifteen invented wards")
	f.StringVar(&c.population, "population", "", "`column` that counts people, unless the header says so")
	f.StringVar(&c.deciles, "deciles", "", "`column` of deciles of deprivation, unless the file is known")
	f.StringVar(&c.ranks, "ranks", "", "`column=number` of ranks of deprivation, and of how many areas they are")
	f.StringVar(&c.without, "without", "", "`codes` of rows to leave out, with commas")
	f.StringVar(&total, "total", "", "`pounds` to divide; without it, those of the scenario")
	f.StringVar(&c.opening, "opening", "", "`column` of what each area had before; without it, that of the scenario, or equal money for each person")
	f.StringVar(&c.had, "had", "", "CSV `file:column` of what each area had before, such as last.csv:amount, in place of -opening")
	f.StringVar(&c.need, "need", "", "`column` of weighted population by which all are judged; without it, the need of the scenario")
	f.StringVar(&c.by, "by", "", "`column` of groups to show; without it, the first with at most 50")
	f.StringVar(&c.tidy, "tidy", "", "CSV `file` to write a row to for each policy and area")
	f.StringVar(&c.dir, "out", "", "`folder` to write a CSV file with the explanations of each policy to")
	f.IntVar(&c.years, "years", 0, "how many `years` each policy goes on, from what it gave the year before")
	f.StringVar(&c.growth, "growth", "0", "by which `part` the total grows from year to year: 0.03")
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			break
		}
		c.files, args = append(c.files, f.Arg(0)), f.Args()[1:]
	}
	if len(c.files) == 0 {
		return nil, errors.New("compare needs a JSON file of a policy or of a scenario of several")
	}
	if total != "" {
		var err error
		if c.total, err = sp.ParseMoney(total + " GBP"); err != nil {
			return nil, errors.New("-total must be an amount in pounds, such as 1000000 or 1234.50")
		}
	}
	return c, nil
}

// load reads the policies of all files. What two files say, they must say alike.
func (c *contest) load() error {
	named := map[string]string{}
	needIn := ""
	for _, file := range c.files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		s, err := funding.ParseScenario(data)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		switch {
		case s.Total.IsZero():
		case c.total.IsZero():
			c.total = s.Total
		case c.total != s.Total:
			return fmt.Errorf("%s: total of %v differs from %v, which is stated elsewhere", file, s.Total, c.total)
		}
		if s.Need != nil {
			if needIn != "" {
				return fmt.Errorf("%s: the need is stated in %s too; one is enough", file, needIn)
			}
			c.formula, needIn = s.Need, file
		}
		for _, p := range s.Policies {
			p.Name = cmp.Or(p.Name, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
			if other, twice := named[p.Name]; twice {
				return fmt.Errorf("%s: policy %q is in %s too: give it a name of its own", file, p.Name, other)
			}
			named[p.Name] = file
			p.Opening = cmp.Or(p.Opening, c.opening)
			c.opening = cmp.Or(c.opening, p.Opening)
			c.policies, c.from = append(c.policies, p), append(c.from, file)
		}
	}
	if c.total.IsZero() {
		return errors.New("nothing says how much there is to divide: -total, or the total of a scenario")
	}
	if c.need != "" && needIn != "" {
		return fmt.Errorf("-need and the need of %s are two: name one", needIn)
	}
	c.policy.Opening = c.opening
	c.task.total = c.total
	return nil
}

// join adds what each area had from a file of its own, and says what is gone and new.
func (c *contest) join(w *bytes.Buffer, areas *area.Table) (*area.Table, error) {
	if c.had == "" {
		return areas, nil
	}
	i := strings.LastIndexByte(c.had, ':')
	if i < 0 || c.opening != "" {
		return nil, errors.New("-had must be a file and the column of what areas had, such as last.csv:amount, and takes the place of any opening")
	}
	name, column := c.had[:i], c.had[i+1:]
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	last, _, err := area.Read(f, area.Layout{Name: name, Fields: []area.Field{{Name: column, Meaning: area.Meaning{Kind: area.Money}}}})
	if err != nil {
		return nil, err
	}
	years, err := areas.Since(last, " before", column)
	if err != nil {
		return nil, fmt.Errorf("-had: %w", err)
	}
	c.opening = column + " before"
	c.policy.Opening = c.opening
	for k := range c.policies {
		c.policies[k].Opening = c.opening
	}
	if n := len(years.Gone); n > 0 {
		var gone sp.Money
		minor, _, err := last.Money(column, sp.GBP)
		if err != nil {
			return nil, err
		}
		for _, code := range years.Gone {
			k, _ := last.Place(code)
			gone = sp.Pence(gone.Minor() + minor[k])
		}
		fmt.Fprintf(w, "%d areas are gone since then, with %v: %s\n", n, gone, some(years.Gone))
	}
	if n := len(years.New); n > 0 {
		fmt.Fprintf(w, "%d areas are new and have no bound by growth: %s\n", n, some(years.New))
	}
	return years.Areas, nil
}

// some returns the first of many codes.
func some(codes []string) string {
	if len(codes) > 5 {
		return strings.Join(codes[:5], ", ") + " ..."
	}
	return strings.Join(codes, ", ")
}

// inFile names the file of the policy that an error is about.
func (c *contest) inFile(err error) error {
	for k, p := range c.policies {
		if strings.Contains(err.Error(), "policy "+p.Name+":") {
			return fmt.Errorf("%s: %w", c.from[k], err)
		}
	}
	return err
}

// run divides by each policy and writes what the flags ask for.
func (c *contest) run(ctx context.Context, text *bytes.Buffer, areas *area.Table, before *funding.Allocation, y *funding.Yardstick) (err error) {
	workers := funding.Options{Workers: runtime.NumCPU()}
	var outcomes []funding.Outcome
	if c.tidy == "" && c.dir == "" && len(c.policies) > 20 { // too many to hold or to show by group
		for o, err := range y.Outcomes(ctx, c.total, c.policies, workers) {
			if err != nil {
				return err
			}
			outcomes = append(outcomes, o)
		}
		return c.report(text, areas, before, outcomes)
	}
	var all []*funding.Allocation
	judged := func(yield func(*funding.Allocation, error) bool) {
		for a, err := range funding.Variants(ctx, c.total, areas, c.policies, workers) {
			if err == nil {
				var o funding.Outcome
				o, err = y.Judge(a)
				outcomes = append(outcomes, o)
			}
			if err == nil && c.dir != "" {
				err = c.explain(before, a)
			}
			if len(c.policies) <= 20 {
				all = append(all, a)
			}
			if !yield(a, err) {
				return
			}
		}
	}
	if err := c.each(areas, before, judged); err != nil {
		return err
	}
	if err := c.report(text, areas, before, outcomes); err != nil {
		return err
	}
	if err := c.perNeed(text, areas, before, all); err != nil {
		return err
	}
	return c.paths(ctx, text, areas)
}

// each ranges over the allocations once, and writes the rows of tidy data if a flag asks for them.
func (c *contest) each(areas *area.Table, before *funding.Allocation, all iter.Seq2[*funding.Allocation, error]) error {
	if c.tidy != "" {
		return writeTidy(c.tidy, areas, c.group(before), all)
	}
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// explain writes the amounts of a policy and their explanation to a file of its own.
func (c *contest) explain(before, a *funding.Allocation) error {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>| `, r) {
			return '-'
		}
		return r
	}, a.Policy().Name)
	return save(filepath.Join(c.dir, name+".csv"), before, a)
}

// group returns the column of groups to show.
func (c *contest) group(before *funding.Allocation) string {
	if c.by != "" {
		return c.by
	}
	for _, name := range before.Areas().OfKind(area.Group) {
		if s, err := before.By(name); err == nil && len(s) <= 50 {
			return name
		}
	}
	return ""
}
