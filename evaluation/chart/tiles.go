package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// A Grid divides land into square tiles.
type Grid struct {
	Origin geo.Point    // corner of the tile "0,0", about in the middle of the places
	Size   geo.Distance // of the sides of a tile
}

// metresPerDegree is the length of a degree of latitude: of the mean meridian of WGS 84.
const metresPerDegree = 111_132.95

// Tile returns the name of the tile in which a place lies, for a table with a row for each: "3,-2" is the
// third to the east and the second to the south of the origin. Nowhere is in no tile: "".
func (g Grid) Tile(p geo.Point) string {
	if p.IsZero() || !(g.Size > 0) {
		return ""
	}
	east := (p.Lon - g.Origin.Lon) * metresPerDegree * math.Cos(g.Origin.Lat*math.Pi/180)
	north := (p.Lat - g.Origin.Lat) * metresPerDegree
	x, y := math.Floor(east/float64(g.Size)), math.Floor(north/float64(g.Size))
	if math.Abs(x) > 1e6 || math.Abs(y) > 1e6 || math.IsNaN(x+y) {
		return ""
	}
	return fmt.Sprintf("%d,%d", int(x), int(y))
}

// TileOptions say what is drawn on a map.
type TileOptions struct {
	About
	What string // the cases, in the plural; empty is "referrals with an unmet need"
}

// A Tiling is cases by the tiles of a grid, and what is there.
type Tiling struct {
	Grid
	Cases Cases             // a row for each tile
	Names map[string]string // of places in tiles
}

// Tiles draws where something is frequent, as a map of square tiles: of several sizes the one at which most people are shown, since
// small tiles hide small numbers and large ones hide differences. Cases are as those of [Control]: with a total of rows, or Of, the share, and else the
// number. Rows that name no tile are counted in the foot. Every tile has its number, and which one has most is said only where its interval
// allows it. It fails where no tile is shown at any size.
func Tiles(sizes []Tiling, o TileOptions) (Picture, error) {
	best := tiles{people: -1}
	for _, t := range sizes {
		d := tiles{TileOptions: o, w: o.words(), of: t}
		units, shares, err := t.Cases.series()
		if err != nil {
			return Picture{}, err
		}
		d.shares = shares
		d.total = t.Cases.total()
		for _, u := range units {
			d.all = append(d.all, d.tile(u))
			if u.look == shown && u.cases >= 0 {
				d.people += u.cases
				if shares {
					d.people += u.of - u.cases
				}
			}
		}
		if d.people > best.people && len(d.placed()) > 0 {
			best = d
		}
	}
	if best.people < 0 {
		return Picture{}, sp.Invalid("chart: tiles", "sizes", sp.Missing, "must have a tile that is shown")
	}
	best.What = either(o.What, best.w["gaps.what"])
	p := Picture{Name: "tiles", within: within(best.of.Cases.Table), lang: o.Lang, draw: best.draw, Table: best.table()}
	best.tell(&p, best.of.Cases.Table.Foot())
	return p, nil
}

// tiles is the picture with what it is made of. It does not change.
type tiles struct {
	TileOptions
	w      Words
	of     Tiling
	shares bool
	all    []tile
	people int64           // who are shown
	total  sp.Known[int64] // of all, if it is shown
}

// A tile is one square.
type tile struct {
	unit
	x, y         int
	placed       bool
	value        float64 // share in per cent, or number
	lower, upper float64
}

// tile returns the tile of a row.
func (d tiles) tile(u unit) tile {
	t := tile{unit: u}
	east, north, is := strings.Cut(u.name, ",")
	x, err := strconv.Atoi(east)
	y, err2 := strconv.Atoi(north)
	if is && err == nil && err2 == nil && max(x, -x, y, -y) <= 1_000_000 {
		t.x, t.y, t.placed = x, y, true
	}
	if u.look != shown {
		return t
	}
	if d.shares && u.cases > u.of {
		t.look = unmeasured
		return t
	}
	if d.shares {
		e := u.share()
		t.value, t.lower, t.upper = 100*e.Value, 100*e.Interval.Lower, 100*e.Interval.Upper
		return t
	}
	t.value, t.lower, t.upper = poisson(u.cases)
	return t
}

// placed returns the tiles that are on the map and shown.
func (d tiles) placed() (all []tile) {
	for _, t := range d.all {
		if t.placed && t.look == shown {
			all = append(all, t)
		}
	}
	return all
}

// name returns what is in a tile, or where it is.
func (d tiles) name(t tile) string {
	if name := d.of.Names[t.name]; name != "" {
		return name
	}
	return d.w.say("tiles.tile", "x", strconv.Itoa(t.x), "y", strconv.Itoa(t.y))
}

func (d tiles) number(v float64) string {
	if d.shares {
		return d.w.say("percent", "n", decimals(v, 0))
	}
	return decimals(v, 0)
}

// most returns the tile with the highest value and whether its interval says so.
func (d tiles) most() (first tile, sure bool) {
	all := d.placed()
	first, sure = all[0], true
	for _, t := range all[1:] {
		if t.value > first.value {
			first = t
		}
	}
	for _, t := range all {
		if t.name != first.name && t.upper >= first.lower {
			sure = false
		}
	}
	return first, sure
}

// tell writes what the picture says.
func (d tiles) tell(p *Picture, grounds string) {
	absent, lost := map[look]int{}, 0
	for _, t := range d.all {
		switch {
		case t.look != shown:
			absent[t.look]++
		case !t.placed:
			lost++
		}
	}
	first, sure := d.most()
	key := "tiles.title.unsure"
	if sure {
		key = "tiles.title"
	}
	values := []string{
		"what", d.What, "n", count(len(d.all)), "shown", count(len(d.placed())), "area", named(d.name(first)), "value", d.number(first.value), "lower", d.number(first.lower), "upper", d.number(first.upper),
		"size", d.of.Size.String(), "people", count(d.people), "lost", count(lost),
	}
	p.Title = capital(d.w.say(key, values...))
	p.Subtitle = d.subtitle(d.w, d.w.say("tiles.subtitle", values...))
	p.Desc = d.w.say("tiles.desc", values...)
	nowhere, unseen := "", ""
	if all, known := d.total.Lookup(); known && all > d.people {
		unseen = d.w.say("tiles.unseen", "n", count(all-d.people), "of", count(all))
	}
	if lost > 0 {
		nowhere = d.w.say("tiles.nowhere", values...)
	}
	p.Foot = d.foot(d.w, d.w.say("tiles.foot", values...), d.w.absent(absent, d.w["tiles.units"]), unseen, nowhere, grounds)
}

func (d tiles) table() Table {
	t := Table{Columns: []string{"tile", "place", "cases", "of", "value", "lower", "upper", "level", "status"}}
	for _, tile := range d.all {
		row := []string{tile.name, d.of.Names[tile.name], "", "", "", "", "", "", string(tile.look)}
		if tile.look == shown {
			copy(row[2:], []string{plain(float64(tile.cases)), "", plain(tile.value), plain(tile.lower), plain(tile.upper), plain(level)})
			if d.shares {
				row[3] = plain(float64(tile.of))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
