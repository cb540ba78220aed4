// Package oracletest holds package directory against other people's programs: what
// SQLite finds with its full-text index and its tree of rectangles, and on which days
// rrule-go says that something happens, and what is exported against the published
// schemas.
package oracletest

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
)

var vocabulary = strings.Fields(`garden choir lunch debt advice carers friendly walking group music older people tea art
	table shed housing benefits drop morning weekly community support bereavement football memory language class young parents
	welcome volunteer transport quiet swimming reading craft cooking energy bills digital skills hall church library centre`)

// drawn returns n offers of thirty towns: their words are spread as words are, a few of
// them often and most of them seldom.
func drawn(n int) []directory.Offer {
	r := rand.New(rand.NewPCG(1, 2))
	towns := make([]geo.Point, 30)
	for i := range towns {
		towns[i] = geo.Point{Lat: 50.5 + 5*r.Float64(), Lon: -3.5 + 4*r.Float64()}
	}
	offers := make([]directory.Offer, n)
	for i := range offers {
		o := &offers[i]
		var text []string
		for range 40 {
			text = append(text, vocabulary[int(float64(len(vocabulary))*math.Pow(r.Float64(), 2))])
		}
		town := towns[r.IntN(len(towns))]
		o.ID, o.Name, o.Description = directory.ID(fmt.Sprintf("bay/%07d", i)), text[0]+" "+text[1], strings.Join(text[2:], " ")
		o.Point = geo.Point{Lat: town.Lat + r.NormFloat64()/20, Lon: town.Lon + r.NormFloat64()/12}
		o.Topics = []sp.Code{{System: "needs", Code: fmt.Sprint(r.IntN(40))}}
		o.Eligibility.Ages.From = sp.Know(directory.Years([]int{0, 16, 18, 50, 60}[r.IntN(5)]))
		o.Access = directory.Truths[directory.Access]{directory.StepFree: []sp.Truth{sp.Yes, sp.No}[r.IntN(2)]}
		o.Cost.Charge = []directory.Charge{directory.Free, directory.Paid}[r.IntN(2)]
	}
	return offers
}

// A database is SQLite with a full-text index and a tree of rectangles, and the columns
// that the filters ask for.
type database struct{ *sql.DB }

func load(tb testing.TB, offers []directory.Offer) database {
	tb.Helper()
	db, err := sql.Open("sqlite", filepath.Join(tb.TempDir(), "offers.db")+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)")
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		`create table offer (id integer primary key, topic text, age integer, stepfree integer, free integer, lat real, lon real)`,
		`create virtual table at using rtree (id, south, north, west, east)`,
		`create virtual table words using fts5 (name, description, tokenize = 'porter unicode61', detail = 'none')`,
		`create index by_filter on offer (topic, stepfree, free, age)`,
	} {
		_, err := db.Exec(statement)
		require.NoError(tb, err)
	}
	tx, err := db.Begin()
	require.NoError(tb, err)
	for i, o := range offers {
		for _, insert := range []struct {
			statement string
			values    []any
		}{
			{`insert into offer values (?, ?, ?, ?, ?, ?, ?)`, []any{
				i, o.Topics[0].Code, int(o.Eligibility.Ages.From.Or(0)), o.Access[directory.StepFree] == sp.Yes, o.Cost.Charge == directory.Free, o.Point.Lat, o.Point.Lon,
			}},
			{`insert into at values (?, ?, ?, ?, ?)`, []any{i, o.Point.Lat, o.Point.Lat, o.Point.Lon, o.Point.Lon}},
			{`insert into words (rowid, name, description) values (?, ?, ?)`, []any{i, o.Name, o.Description}},
		} {
			_, err := tx.Exec(insert.statement, insert.values...)
			require.NoError(tb, err)
		}
	}
	require.NoError(tb, tx.Commit())
	_, err = db.Exec(`analyze`)
	require.NoError(tb, err)
	return database{db}
}

// window are the bounds of a circle.
func window(p geo.Point, d geo.Distance) []any {
	lat := float64(d) / 111_000
	lon := lat / math.Cos(p.Lat*math.Pi/180)
	return []any{p.Lat - lat, p.Lat + lat, p.Lon - lon, p.Lon + lon}
}

// nearest runs a query for rows with their points, and returns the nearest of those that
// lie within a distance.
func (db database) nearest(tb testing.TB, from geo.Point, within geo.Distance, limit int, query string, values ...any) (rows []int) {
	tb.Helper()
	type hit struct {
		row      int
		distance geo.Distance
	}
	var hits []hit
	found, err := db.Query(query, values...)
	require.NoError(tb, err)
	for found.Next() {
		var h hit
		var p geo.Point
		require.NoError(tb, found.Scan(&h.row, &p.Lat, &p.Lon))
		if h.distance, _ = from.DistanceTo(p); h.distance <= within {
			hits = append(hits, h)
		}
	}
	require.NoError(tb, found.Err())
	require.NoError(tb, found.Close())
	slices.SortFunc(hits, func(a, b hit) int {
		if a.distance != b.distance {
			return int(math.Copysign(1, float64(a.distance-b.distance)))
		}
		return a.row - b.row
	})
	for _, h := range hits[:min(limit, len(hits))] {
		rows = append(rows, h.row)
	}
	return rows
}

func (db database) text(tb testing.TB, from geo.Point, within geo.Distance, words string, limit int) []int {
	tb.Helper()
	return db.nearest(tb, from, within, limit, `select offer.id, lat, lon from words join offer on offer.id = words.rowid
		where words match ? and words.rowid in (select id from at where north >= ? and south <= ? and east >= ? and west <= ?)`,
		append([]any{words}, window(from, within)...)...)
}

// filters looks in windows of growing size until there are enough.
func (db database) filters(tb testing.TB, from geo.Point, topic string, age, limit int) (rows []int) {
	tb.Helper()
	for within := 5 * geo.Kilometre; within < 2000*geo.Kilometre; within *= 2 {
		rows = db.nearest(tb, from, within, limit, `select offer.id, lat, lon from offer join at on at.id = offer.id
			where topic = ? and stepfree = 1 and free = 1 and age <= ? and north >= ? and south <= ? and east >= ? and west <= ?`,
			append([]any{topic, age}, window(from, within)...)...)
		if len(rows) == limit {
			break
		}
	}
	return rows
}

func filters(from geo.Point) search.Query {
	return search.Query{Query: directory.Query{
		Near: from, Topics: [][]sp.Code{{{System: "needs", Code: "7"}}}, Access: []directory.Access{directory.StepFree}, Free: true,
		Age: sp.Know(directory.Years(58)), Limit: 20, Unknown: directory.ExcludeUnknown,
	}}
}

func text(from geo.Point) search.Query {
	return search.Query{Query: directory.Query{Near: from, Within: 10 * geo.Kilometre, Text: "swimming library", Limit: 20}}
}

func rowsOf(a *search.Answer) (rows []int) {
	for _, h := range a.Hits {
		var n int
		_, _ = fmt.Sscanf(string(h.Offer.ID), "bay/%d", &n)
		rows = append(rows, n)
	}
	return rows
}

func TestASearchFindsWhatSQLiteFinds(t *testing.T) {
	offers := drawn(1_000)
	db, s := load(t, offers), search.Build(offers)
	r := rand.New(rand.NewPCG(3, 4))
	var a search.Answer
	met := 0
	for range 20 {
		from := offers[r.IntN(len(offers))].Point
		s.Find(filters(from), &a)
		require.Equal(t, db.filters(t, from, "7", int(directory.Years(58)), 20), rowsOf(&a))
		s.Find(text(from), &a)
		require.Equal(t, db.text(t, from, 10*geo.Kilometre, "swimming library", 20), rowsOf(&a))
		met += len(a.Hits)
	}
	require.Positive(t, met)
}

func BenchmarkBesideSQLite(b *testing.B) {
	offers := drawn(100_000)
	db, s := load(b, offers), search.Build(offers)
	r := rand.New(rand.NewPCG(3, 4))
	from := func() geo.Point { return offers[r.IntN(len(offers))].Point }
	var a search.Answer
	b.Run("four filters/search", func(b *testing.B) {
		for b.Loop() {
			s.Find(filters(from()), &a)
		}
	})
	b.Run("four filters/SQLite", func(b *testing.B) {
		for b.Loop() {
			db.filters(b, from(), "7", int(directory.Years(58)), 20)
		}
	})
	s.Find(text(from()), &a) // its words are read when a text is first asked for
	b.Run("two words within 10 km/search", func(b *testing.B) {
		for b.Loop() {
			s.Find(text(from()), &a)
		}
	})
	b.Run("two words within 10 km/SQLite", func(b *testing.B) {
		for b.Loop() {
			db.text(b, from(), 10*geo.Kilometre, "swimming library", 20)
		}
	})
}
