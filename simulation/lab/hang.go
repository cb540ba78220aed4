package lab

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation"
)

// spread notes how far single draws lie apart.
func (r *replay) spread() {
	for k := range r.Policies {
		for m, info := range r.infos {
			after, before, _ := r.told.beside(r.runs[k], r.at(0, m))
			if gaps := minus(after, before); len(gaps) > 0 {
				r.out.Spread = append(r.out.Spread, Spread{Policy: r.Policies[k].Name, Measure: info.Measure, Low: slices.Min(gaps), High: slices.Max(gaps)})
			}
		}
	}
}

// beside returns the values of runs and, as often, what happened; none where that is unknown.
func (told sample) beside(runs []sample, at int) (after, before []float64, known bool) {
	was, known := told[at].Lookup()
	for _, run := range runs {
		if is, also := run[at].Lookup(); known && also {
			after, before = append(after, is), append(before, was)
		}
	}
	return after, before, known
}

// The ends of what is possible, as draws: one in a thousand is less, and one more.
const leastDraw, mostDraw = 0.001, 0.999

// A hanging is a policy of which one kind of luck is drawn in another way.
type hanging struct {
	policy int
	of     simulation.Luck
	how    int // anew, all the least, all the most
}

// hang finds what of the differences hangs on what: it plays all pairs again for each kind of luck that
// was drawn, with that kind drawn anew, then all the least, then all the most.
func (r *replay) hang(ctx context.Context) error {
	var all []hanging
	for k := range r.Policies {
		for _, of := range r.out.Luck {
			for how := range 3 {
				if of.Drawn > 0 {
					all = append(all, hanging{k, of, how})
				}
			}
		}
	}
	n := r.pairs()
	runs, err := r.relive(ctx, len(all)*n, func(ctx context.Context, i int) (relived, error) {
		return r.redraw(ctx, all[i/n], i%n)
	})
	if err != nil {
		return err
	}
	of := func(j int) (values []sample) {
		for _, run := range runs[j*n : (j+1)*n] {
			values = append(values, run.values)
		}
		return values
	}
	for j := 0; j < len(all); j += 3 {
		one, err := r.hangs(all[j], of(j), of(j+1), of(j+2))
		if err != nil {
			return err
		}
		r.out.Hangs = append(r.out.Hangs, one)
	}
	slices.SortStableFunc(r.out.Hangs, func(a, b Hang) int {
		return cmp.Or(cmp.Compare(r.policy(a.Policy), r.policy(b.Policy)), cmp.Compare(b.Share.Value, a.Share.Value), cmp.Compare(b.open(), a.open()))
	})
	return nil
}

// redraw plays one run with one kind of luck drawn in another way, unless it is in the journal.
func (r *replay) redraw(ctx context.Context, h hanging, replication int) (relived, error) {
	draw := []simulation.Draw{{Replication: r.pairs() + replication}, {All: sp.Know(leastDraw)}, {All: sp.Know(mostDraw)}}[h.how]
	key := fmt.Sprintf("%s, %q drawn of %d, all %s", r.keys[h.policy], h.of.Of, draw.Replication, draw.All)
	if known, ok := r.o.Journal.find(key, replication, len(r.told)); ok {
		return relived{values: known}, nil
	}
	run, err := r.live(ctx, h.policy, replication, map[string]simulation.Draw{h.of.Of: draw})
	if err != nil {
		return relived{}, err
	}
	return run, r.o.Journal.keep(key, replication, run.values)
}

// open is how far the bounds lie apart.
func (h *Hang) open() float64 { return math.Abs(h.Most.Or(0) - h.Least.Or(0)) }

func (r *replay) policy(name string) int {
	return slices.IndexFunc(r.Policies, func(p Policy) bool { return p.Name == name })
}

// hangs says what hangs on one kind of luck under a policy.
func (r *replay) hangs(h hanging, anew, least, most []sample) (Hang, error) {
	out := Hang{Policy: r.Policies[h.policy].Name, Of: h.of.Of, Drawn: h.of.Drawn}
	at := r.at(0, slices.IndexFunc(r.infos, func(i Info) bool { return i.Measure == cmp.Or(r.Decides, Began) }))
	mean := func(runs []sample) sp.Known[float64] {
		after, before, _ := r.told.beside(runs, at)
		total := 0.0
		for _, gap := range minus(after, before) {
			total += gap
		}
		return divided(total, float64(len(after)))
	}
	out.Least, out.Most = mean(least), mean(most)
	var base, again, squares []float64
	for i, run := range r.runs[h.policy] {
		was, known := run[at].Lookup()
		is, also := anew[i][at].Lookup()
		if known && also {
			base, again, squares = append(base, was), append(again, is), append(squares, (is-was)*(is-was)/2)
		}
	}
	spread := (variance(base) + variance(again)) / 2
	if !(spread > 0) {
		out.Share.Undefined = stat.NoSpread
		return out, nil
	}
	for i := range squares {
		squares[i] /= spread
	}
	share, constant, err := meanOf(squares, r.o.Level)
	if v, is := constant.Lookup(); is { // mostly 0: it changes nothing
		share.Undefined, share.Value, share.Interval = "", v, stat.Interval{Lower: v, Upper: v}
	}
	share.Interval.Lower = max(0, share.Interval.Lower)
	out.Share = share
	return out, err
}

// Told says for people what of the luck of the recorded people the log told, and what was drawn.
func (r *Replayed) Told() string {
	var rows strings.Builder
	rows.WriteString("luck\trecorded\tdrawn\t\n")
	for _, l := range r.Luck {
		fmt.Fprintf(&rows, "%s\t%.0f %%\t%.0f %%\t\n", l.Of, 100*float64(l.Recorded)/float64(l.Recorded+l.Drawn), 100*float64(l.Drawn)/float64(l.Recorded+l.Drawn))
	}
	return aligned(rows.String())
}

// Hung says for people, of one policy, on what luck that was drawn the difference from what happened hangs
// most: a line for each of so many kinds on which anything hangs.
func (r *Replayed) Hung(policy string, m Measure, most int) string {
	info, _ := InfoOf(m)
	var rows strings.Builder
	rows.WriteString("of the spread of draws\thangs on\tif all the least, or yes\tif all the most, or no\t\n")
	for _, h := range r.Hangs {
		if h.Policy != policy || most == 0 || h.Share.Value == 0 && h.open() == 0 {
			continue // nothing hangs on it
		}
		most--
		share := "nothing: all draws agree"
		if h.Share.Defined() {
			share = fmt.Sprintf("%.0f %% (%.0f to %.0f)", 100*h.Share.Value, 100*h.Share.Interval.Lower, 100*h.Share.Interval.Upper)
		}
		fmt.Fprintf(&rows, "%s\t%s\t%s\t%s\t\n", share, h.Of, bound(h.Least, info), bound(h.Most, info))
	}
	return aligned(rows.String())
}

func bound(v sp.Known[float64], info Info) string {
	if is, known := v.Lookup(); known {
		return written(is, info.Unit, true)
	}
	return "unknown"
}

// Tables returns what happened and what would have as tidy data: the comparisons with what happened, and of
// the policies with each other, what was drawn, and what hangs on it.
func (r *Replayed) Tables() []Table {
	luck := Table{Name: "luck", Header: []string{"study", "of", "recorded", "drawn"}}
	for _, l := range r.Luck {
		luck.Rows = append(luck.Rows, []string{r.Again.Study, l.Of, fmt.Sprint(l.Recorded), fmt.Sprint(l.Drawn)})
	}
	spread := Table{Name: "spread", Header: []string{"study", "policy", "measure", "low", "high", "pairs"}}
	for _, s := range r.Spread {
		spread.Rows = append(spread.Rows, []string{r.Again.Study, s.Policy, string(s.Measure), number(s.Low), number(s.High), fmt.Sprint(r.Again.Pairs)})
	}
	hangs := Table{Name: "hangs", Header: []string{"study", "policy", "of", "drawn", "value", "lower", "upper", "level", "pairs", "undefined", "least", "most"}}
	for _, h := range r.Hangs {
		row := append([]string{r.Again.Study, h.Policy, h.Of, fmt.Sprint(h.Drawn)}, estimate(h.Share, sp.Known[float64]{})...)
		hangs.Rows = append(hangs.Rows, append(row, known(h.Least), known(h.Most)))
	}
	outcomes, beside := r.Happened.Tables()[0], r.Happened.Tables()[1]
	return append([]Table{outcomes, beside}, append(r.Again.Tables()[1:], luck, spread, hangs)...)
}
