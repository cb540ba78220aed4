package chart

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
)

// A hostility is an input that nobody draws on purpose.
type hostility struct {
	name   string
	groups int
	group  func(i int) string
	cases  func(i int) int64 // of 1,000; negative is not shown
}

func hostilities() []hostility {
	number := func(i int) string { return fmt.Sprintf("G%05d", i) }
	some := func(i int) int64 { return int64(200 + i*37%500) }
	return []hostility{
		{"nothing at all", 0, number, some},
		{"one point", 1, number, some},
		{"two points", 2, number, some},
		{"everything suppressed", 12, number, func(int) int64 { return -1 }},
		{"every second one suppressed", 12, number, func(i int) int64 { return int64(300 - 301*(i%2)) }},
		{"all nothing", 12, number, func(int) int64 { return 0 }},
		{"all everything", 12, number, func(int) int64 { return 1000 }},
		{"10,000 groups", 10_000, number, some},
		{"names of 300 characters", 12, func(i int) string { return fmt.Sprintf("%d%s", i, strings.Repeat("w", 299)) }, some},
		{"names of many words", 12, func(i int) string { return fmt.Sprintf("%d %s", i, strings.Repeat("long name ", 30)) }, some},
		{"names from right to left", 12, func(i int) string { return fmt.Sprintf("מרפאה %d \u202eevil", i) }, some},
		{"names that end the drawing", 12, func(i int) string { return fmt.Sprintf(`</svg><script>alert(%d)</script>"'&{n}`, i) }, some},
		{"names of other scripts", 12, func(i int) string { return fmt.Sprintf("診療所 кабинет %d 👩🏽‍⚕️\x00", i) }, some},
		{"names that are empty", 1, func(int) string { return "" }, some},
	}
}

// table is released cells of a hostility, in columns, and a total of each row where there are several. What is not shown is not in it.
func (h hostility) table(columns ...string) disclosure.Released[disclosure.Safe] {
	safe := disclosure.Safe{Title: "hostile", Columns: columns}
	if len(columns) > 1 {
		safe.Columns = append(safe.Columns[:len(columns):len(columns)], disclosure.Total)
	}
	for i := range h.groups {
		row := disclosure.SafeRow{Name: h.group(i)}
		n := h.cases(i)
		for k := range safe.Columns {
			c := disclosure.Cell{Count: sp.Know(n)}
			switch {
			case n < 0:
				c = disclosure.Cell{}
			case k == len(safe.Columns)-1 && len(columns) > 1:
				c.Count = sp.Know[int64](1000)
			case k > 0:
				c.Count = sp.Know((1000 - n) / int64(len(columns)-1))
			}
			row.Cells = append(row.Cells, c)
		}
		safe.Rows = append(safe.Rows, row)
	}
	safe.Rows = append(safe.Rows, disclosure.SafeRow{Name: disclosure.Total, Cells: make([]disclosure.Cell, len(safe.Columns))})
	return must(disclosure.Within(safe, disclosure.Practice, "a test"))
}

func (h hostility) about() About {
	return About{Of: h.name + strings.Repeat(" of a very long name", 20), Source: strings.Repeat("</svg>", 80), During: during()}
}

func (h hostility) funnel() (Picture, error) {
	of := map[string]int64{}
	for i := range h.groups {
		of[h.group(i)] = int64(1000 + i)
	}
	return Funnel(Cases{Table: h.table("referred"), Of: of}, FunnelOptions{About: h.about(), Units: h.name})
}

func (h hostility) control() (Picture, error) {
	return Control(Cases{Table: h.table("in time", "late")}, ControlOptions{About: h.about(), What: strings.Repeat("what ", 100), Judged: spc.Options{Better: spc.Lower, Target: sp.Know(50.0)}})
}

func (h hostility) count() (Picture, error) {
	return Control(Cases{Table: h.table("referrals")}, ControlOptions{About: h.about()})
}

func (h hostility) gradient() (Picture, error) {
	return Gradient(Cases{Table: h.table("began", "did not")}, GradientOptions{About: h.about()})
}

func (h hostility) targets() (Picture, error) {
	var aims []Aim
	for i := range h.groups {
		share := disclosure.Share{}
		if n := h.cases(i); n >= 0 {
			share.Numerator.Count, share.Denominator.Count = sp.Know(n), sp.Know[int64](1000)
		}
		aims = append(aims, Aim{Name: h.group(i), Share: must(disclosure.Within(share, disclosure.Practice, "a test")), Target: sp.Know(float64(i%3) / 2)})
	}
	return Targets(aims, h.about())
}

func (h hostility) flow() (Picture, error) { return Flow(h.table("people"), h.about()) }

// bands is a table of bands with as many rows as the hostility has groups.
func (h hostility) bands(columns ...string) disclosure.Released[disclosure.Safe] {
	t, _, _ := h.table(append(columns, StillWaiting)...).Draw()
	for i := range h.groups {
		t.Rows[i].Name = fmt.Sprintf("%d-%d", 3*i, 3*i+2)
	}
	return must(disclosure.Within(t, disclosure.Practice, "a test"))
}

func (h hostility) became() (Picture, error) {
	return Became(h.bands("begun", "left"), WaitOptions{About: h.about(), By: 10})
}

func (h hostility) waiting() (Picture, error) {
	name := "x"
	if h.groups > 0 {
		name = h.group(0)
	}
	return Waiting([]Group{{name, h.bands("begun")}, {name, h.bands("begun")}}, WaitOptions{About: h.about(), By: 10})
}

// division is money over areas with the names of the hostility.
func (h hostility) division() (disclosure.Released[Division], disclosure.Released[funding.Explanation], error) {
	var none disclosure.Released[Division]
	var nothing disclosure.Released[funding.Explanation]
	if h.groups == 0 {
		return none, nothing, nil
	}
	var b strings.Builder
	b.WriteString("area,population,imd_rank,last_year\n")
	for i := range h.groups {
		fmt.Fprintf(&b, "A%d,%d,%d,%d.00\n", i, max(h.cases(i), 1), i+1, i)
	}
	areas, _, err := area.Read(strings.NewReader(b.String()), area.Layout{Population: "population"})
	if err != nil {
		return none, nothing, err
	}
	before, err := funding.Given(areas, "last_year", sp.GBP)
	if err != nil {
		return none, nothing, err
	}
	after, err := funding.Allocate(sp.Pounds(5), areas, funding.Policy{Name: "x"})
	if err != nil {
		return none, nothing, err
	}
	why, err := after.Explain("A0")
	if err != nil {
		return none, nothing, err
	}
	why.Code = h.group(0)
	for i := range why.Steps {
		why.Steps[i].Name = h.group(0)
	}
	return must(disclosure.NotPeople(Division{Before: before, After: after, Rank: "imd_rank"}, "money")), must(disclosure.NotPeople(why, "money")), nil
}

func (h hostility) perNeed() (Picture, error) {
	d, _, err := h.division()
	if err != nil {
		return Picture{}, err
	}
	return PerNeed(d, h.about())
}

func (h hostility) concentration() (Picture, error) {
	d, _, err := h.division()
	if err != nil {
		return Picture{}, err
	}
	return Concentration(d, h.about())
}

func (h hostility) waterfall() (Picture, error) {
	_, why, err := h.division()
	if err != nil {
		return Picture{}, err
	}
	return Waterfall(why, h.about())
}

func (h hostility) barriers() (Picture, error) {
	r := barrier.Report{Policy: h.name}
	for i := range h.groups {
		l := barrier.Line{Barrier: barrier.Barrier{No: fmt.Sprint(i), Name: h.group(i)}}
		l.Lost.Share = stat.Estimate{Undefined: barrier.Withheld}
		if n := h.cases(i); n >= 0 {
			l.Lost.Share = must(stat.Proportion(float64(n), 1000, level))
		}
		r.Lines = append(r.Lines, l)
	}
	return Barriers(r, h.about())
}

func (h hostility) gaps() (Picture, error) {
	safe := disclosure.Safe{Rows: []disclosure.SafeRow{{Name: disclosure.Total}}}
	of := map[string]int64{}
	for i := range h.groups {
		safe.Columns = append(safe.Columns, h.group(i))
		c := disclosure.Cell{}
		if n := h.cases(i); n >= 0 {
			c.Count = sp.Know(n)
		}
		safe.Rows[0].Cells = append(safe.Rows[0].Cells, c)
		if i%5 != 0 {
			of[h.group(i)] = int64(i % 3 * 1000)
		}
	}
	return Gaps(must(disclosure.Within(safe, disclosure.Practice, "a test")), GapOptions{About: h.about(), Of: of})
}

func (h hostility) tiles() (Picture, error) {
	t, _, _ := h.table("unmet", "met").Draw()
	names := map[string]string{}
	for i := range h.groups {
		t.Rows[i].Name = fmt.Sprintf("%d,%d", i%100*(1-2*(i%2)), i/100)
		names[t.Rows[i].Name] = h.group(i)
	}
	if h.groups > 2 {
		t.Rows[1].Name = h.group(1)
	}
	return Tiles([]Tiling{{Grid: Grid{Size: 1000}, Cases: Cases{Table: must(disclosure.Within(t, disclosure.Practice, "a test"))}, Names: names}}, TileOptions{About: h.about()})
}

func (h hostility) policies() (Picture, error) {
	c := Comparison{Measure: h.name, Unit: strings.Repeat("unit", 90), Against: strings.Repeat("</svg>", 50)}
	for i := range h.groups {
		e := stat.Estimate{Undefined: stat.NoCases}
		if n := h.cases(i); n >= 0 {
			e = stat.Estimate{Value: float64(n), Interval: stat.Interval{Lower: math.Inf(-1), Upper: float64(n) + 1}, Level: level}
		}
		c.Rows = append(c.Rows, Difference{h.group(i), e})
	}
	return Policies(must(disclosure.NotPeople(c, "simulated")), h.about())
}

func (h hostility) cliff() (Picture, error) {
	var terms []contract.Terms
	for i := range h.groups {
		id := directory.ID(strings.ToValidUTF8(h.group(i), "x"))
		terms = append(terms, contract.Terms{ID: contract.ID(fmt.Sprint(i)), Provider: "p", Service: id, Period: sp.NewDate(2020, time.January, 1).Months(1 + i%90), Amount: sp.Pounds(100)})
	}
	book, err := contract.NewBook(terms)
	if err != nil {
		return Picture{}, err
	}
	return Cliff(must(disclosure.NotPeople(book, "money")), h.table("people"), CliffOptions{About: h.about(), At: sp.NewDate(2021, time.February, 28)})
}

func (h hostility) caseloads() (Picture, error) {
	var all []caseload.Room
	for i := range h.groups {
		all = append(all, caseload.Room{Worker: referral.WorkerID(h.group(i)), Load: int(h.cases(i)), Soft: 500 * (i % 2), Hard: 600 * (i % 3)})
	}
	return Caseloads(must(disclosure.Within(all, disclosure.Team, "a test")), h.about())
}

func (h hostility) pictures() map[string]func() (Picture, error) {
	return map[string]func() (Picture, error){
		"funnel": h.funnel, "control": h.control, "control of counts": h.count, "gradient": h.gradient, "targets": h.targets, "flow": h.flow, "became": h.became, "waiting": h.waiting,
		"per-need": h.perNeed, "concentration": h.concentration, "waterfall": h.waterfall, "barriers": h.barriers, "gaps": h.gaps, "tiles": h.tiles, "policies": h.policies, "cliff": h.cliff, "caseloads": h.caseloads,
	}
}

func TestPictureOfHostileInputNeitherBreaksNorLiesNorLeaks(t *testing.T) {
	tier.Unraced(t)
	for _, h := range hostilities() {
		for name, draw := range h.pictures() {
			t.Run(h.name+"/"+name, func(t *testing.T) {
				p, err := draw()
				if err != nil {
					refused := errors.Is(err, sp.ErrInvalid) || errors.Is(err, sp.ErrDenied) || errors.Is(err, sp.ErrNotFound)
					require.True(t, refused, "%v", err)
					return
				}
				accessible(t, p)
				laidOut(t, p)
			})
		}
	}
}
