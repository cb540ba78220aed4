package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// StillWaiting is the column of a table of bands that counts those of whom no more is known than that
// they were still waiting.
const StillWaiting = "still waiting"

// Bands returns how waits ended, in bands of time that are long enough for a policy to show their counts:
// of at least so many days (0 is 7), and joined until none of them is small. A row is "14-27", a day
// of each end; a column is a way to end, and the last is [StillWaiting]. Release it, and draw it by
// [Became] or [Waiting].
//
// A curve with a step for each day tells on which day one person began. The bands are what research environments
// do about that: a step stands for at least as many as may be shown (OpenSAFELY, rounded Kaplan-Meier).
func Bands(e *survival.Ends, days int, p disclosure.Policy) disclosure.Table {
	if days <= 0 {
		days = 7
	}
	ways := e.Ways()
	t := disclosure.Table{Title: "How waits ended, by days", Columns: append(slices.Clone(ways), StillWaiting)}
	counts := map[int][]int64{} // by band of so many days
	last := -1
	at := func(day int) []int64 {
		last = max(last, day/days)
		if counts[day/days] == nil {
			counts[day/days] = make([]int64, len(t.Columns))
		}
		return counts[day/days]
	}
	for i, way := range ways {
		for _, step := range e.Incidence(way).Steps {
			at(step.Duration)[i] += step.Ended
			if i == 0 {
				at(step.Duration)[len(ways)] += step.Censored
			}
		}
	}
	if len(ways) == 0 {
		for _, step := range e.Incidence("").Steps {
			at(step.Duration)[0] += step.Censored
		}
	}
	t.Rows = joined(counts, last, days, len(t.Columns), p)
	return t
}

// joined returns bands of which no count is small: each ends as soon as that is so, and the last takes
// what is left.
func joined(counts map[int][]int64, last, days, columns int, p disclosure.Policy) (rows []disclosure.Row) {
	sum, first := make([]int64, columns), 0
	for band := 0; band <= last; band++ {
		for i, n := range counts[band] {
			sum[i] += n
		}
		if slices.ContainsFunc(sum, p.Small) || !slices.ContainsFunc(sum, func(n int64) bool { return n > 0 }) {
			continue
		}
		rows = append(rows, disclosure.Row{Name: fmt.Sprintf("%d-%d", first, (band+1)*days-1), Counts: sum})
		sum, first = make([]int64, columns), (band+1)*days
	}
	if !slices.ContainsFunc(sum, func(n int64) bool { return n > 0 }) {
		return rows
	}
	if len(rows) == 0 {
		return []disclosure.Row{{Name: fmt.Sprintf("0-%d", (last+1)*days-1), Counts: sum}}
	}
	end := &rows[len(rows)-1]
	for i, n := range sum {
		end.Counts[i] += n
	}
	end.Name = strings.Split(end.Name, "-")[0] + "-" + strconv.Itoa((last+1)*days-1)
	return rows
}

// A life is a life table: what became of people by the end of each band.
type life struct {
	ways  []string
	ends  []int       // the first day after each band; the first is 0, before anything
	left  []float64   // in sight and waiting then
	free  []float64   // share that has not ended
	share [][]float64 // share that has ended in each way
	errs  [][]float64 // their standard errors, and last that of free
}

// mostBands bounds the bands of a table: nineteen years of weeks.
const mostBands = 1000

// fewest is how many must be left for a curve to go on.
const fewest = 10

// lives returns the life table of what is shown, up to the band at whose beginning fewer than ten are left, or of
// which a count is not shown.
//
// Sources: the actuarial method: Cutler & Ederer 1958, doi 10.1016/0021-9681(58)90126-7; the variance:
// Marubini & Valsecchi 1995, Analysing Survival Data, 10.2.
func lives(table disclosure.Released[disclosure.Safe]) (l life, err error) {
	safe, rows, _, err := leaves(table, "")
	if err != nil {
		return l, err
	}
	bad := func(path, rule string) error { return sp.Invalid("chart: bands", path, sp.Malformed, rule) }
	columns := slices.DeleteFunc(slices.Clone(safe.Columns), func(c string) bool { return c == disclosure.Total })
	if len(columns) == 0 || columns[len(columns)-1] != StillWaiting {
		return l, bad("columns", "must end with "+StillWaiting)
	}
	if len(rows) > mostBands {
		return l, sp.Invalid("chart: bands", "rows", sp.WrongLength, "must be at most 1,000: take longer bands")
	}
	l.ways = columns[:len(columns)-1]
	var bands [][]float64
	for i, r := range rows {
		from, to, is := strings.Cut(r.Name, "-")
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if !is || err != nil || err2 != nil || a > b || a < 0 || b > survival.MaxDuration+366 || i > 0 && a != l.ends[len(l.ends)-1] {
			return l, bad(fmt.Sprintf("rows[%d]", i), `must be "0-6", "7-13" and so on, without gaps`)
		}
		if i == 0 {
			l.ends = append(l.ends, a)
		}
		l.ends = append(l.ends, b+1)
		band := make([]float64, len(columns))
		for k := range columns {
			n, known := cell(r, k)
			band[k] = float64(n)
			if !known {
				band[k] = math.NaN()
			}
		}
		bands = append(bands, band)
	}
	all := math.NaN()
	if len(safe.Rows) > 0 {
		end := safe.Rows[len(safe.Rows)-1]
		if n, known := cell(end, len(safe.Columns)-1); known && end.Name == disclosure.Total {
			all = float64(n)
		}
	}
	return l.filled(bands, all), nil
}

// filled returns the life table from the counts of the bands, and of all.
func (l life) filled(bands [][]float64, n float64) life {
	if math.IsNaN(n) { // the total is not shown
		n = 0
		for _, band := range bands {
			for _, v := range band {
				if !math.IsNaN(v) {
					n += v
				}
			}
		}
	}
	l.left, l.free = []float64{n}, []float64{1}
	l.share, l.errs = [][]float64{make([]float64, len(l.ways))}, [][]float64{make([]float64, len(l.ways)+1)}
	var at, ended []float64 // at risk and ended in each band
	for i, band := range bands {
		if n < fewest || slices.ContainsFunc(band, math.IsNaN) {
			l.ends = l.ends[:i+1]
			return l
		}
		censored := band[len(band)-1]
		risk := max(n-censored/2, 1)
		all, shares := 0.0, slices.Clone(l.share[i])
		for k := range l.ways {
			all += band[k]
		}
		for k := range l.ways {
			shares[k] += l.free[i] * band[k] / max(risk, all) // counts that were rounded up may be more than are left
		}
		at, ended = append(at, risk), append(ended, min(all, risk))
		n = max(n-all-censored, 0)
		l.left, l.free, l.share = append(l.left, n), append(l.free, l.free[i]*(1-ended[i]/risk)), append(l.share, shares)
		l.errs = append(l.errs, l.deviations(bands, at, ended))
	}
	return l
}

// deviations returns the standard errors after the last band.
func (l life) deviations(bands [][]float64, at, ended []float64) []float64 {
	last := len(at)
	out := make([]float64, len(l.ways)+1)
	greenwood := 0.0
	for i, risk := range at {
		if risk > ended[i] {
			greenwood += ended[i] / (risk * (risk - ended[i]))
		}
	}
	out[len(l.ways)] = l.free[last] * math.Sqrt(greenwood)
	for k := range l.ways {
		v := 0.0
		for i, risk := range at {
			d, ahead := bands[i][k], l.share[last][k]-l.share[i+1][k]
			if risk > ended[i] {
				v += ahead * ahead * ended[i] / (risk * (risk - ended[i]))
			}
			v += l.free[i]*l.free[i]*(risk-d)*d/(risk*risk*risk) - 2*ahead*l.free[i]*d/(risk*risk)
		}
		out[k] = math.Sqrt(max(v, 0))
	}
	return out
}

// weeks returns days of whole weeks for an axis, about so many.
func weeks(end int, n int) (at []float64) {
	step := 7
	for _, s := range []int{14, 28, 56, 84, 182, 364, 3640} {
		if end/step > n {
			step = s
		}
	}
	for day := 0; day <= end; day += step {
		at = append(at, float64(day))
	}
	return at
}

// drawn returns the ends of at most so many bands, the first and the last among them.
func (l life) drawn(most int) (at []int) {
	step := max(1, (len(l.ends)+most-1)/most)
	for i := 0; i < len(l.ends); i += step {
		at = append(at, i)
	}
	if last := len(l.ends) - 1; last >= 0 && at[len(at)-1] != last {
		at = append(at, last)
	}
	return at
}

// by returns the last band that is drawn and ends by a day.
func (l life) by(day int) int {
	at := 0
	for i, end := range l.ends {
		if end <= day {
			at = i
		}
	}
	return at
}

// around writes a share with its interval, in per cent.
func (w Words) around(share, deviation float64) string {
	return w.say("value", "value", percent(share), "lower", percent(max(share-1.96*deviation, 0)), "upper", percent(min(share+1.96*deviation, 1)))
}
