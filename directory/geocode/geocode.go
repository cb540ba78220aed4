// Package geocode finds where places and people are, by their addresses. Half of all
// records of a directory have no coordinates, and some have those of another town.
//
// The library has no map: a [Locator] is the caller's, such as a table of postcodes
// (Code-Point Open, the ONS Postcode Directory) or a service of a map.
//
//	catalogue, issues, err := geocode.Places(ctx, postcodes, catalogue) // once, after an import
//	query, err := geocode.Near(ctx, postcodes, query, "LA4 5AA")        // for whoever searches
package geocode

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A Locator says where an address is; the caller supplies it. The error is
// [sp.ErrNotFound] for an address that it does not know. Its errors must not hold the
// address.
type Locator interface {
	Locate(ctx context.Context, a directory.Address) (Located, error)
}

// Located is where something is, and how exactly.
type Located struct {
	Point     geo.Point
	Precision directory.Precision
}

// Near returns q with Near set to where a postcode is. The error is [sp.ErrInvalid] for
// what is no postcode and [sp.ErrNotFound] for one that l does not know, and holds neither.
func Near(ctx context.Context, l Locator, q directory.Query, postcode string) (directory.Query, error) {
	code, err := geo.ParsePostcode(postcode)
	if err != nil {
		return q, fmt.Errorf("geocode: near a postcode: %w", err)
	}
	at, err := l.Locate(ctx, directory.Address{Postcode: string(code)})
	if err == nil && at.Point.IsZero() {
		err = sp.ErrNotFound
	}
	if err != nil {
		return q, fmt.Errorf("geocode: near a postcode: %w", err)
	}
	q.Near = at.Point
	return q, nil
}

// FarOff is from which distance on the point of a place and its address contradict each
// other: 10 km, more than any postcode is wide. A choice of this library.
const FarOff = 10 * geo.Kilometre

// Places returns c with the points of its places looked up and checked by their
// addresses, of which each is asked for once:
//
//   - A place without a point gets the one of its address, with its [directory.Precision].
//   - A point that lies [FarOff] from its address, and near it with latitude and longitude
//     the other way round, is turned round ("swapped-coordinates"); any other that lies so
//     far off stays and is reported ("far-off-coordinates"), since either may be wrong.
//   - An address that is not found is reported ("not-located") where there is no point.
//
// Addresses of places that are not shown in full are not given to l, nor are those where
// nobody goes; c itself stays as it is. It ends at the first other error of l.
func Places(ctx context.Context, l Locator, c directory.Catalogue) (directory.Catalogue, []sp.Issue, error) {
	places := slices.Clone(c.Places)
	known := map[string]Located{}
	var issues []sp.Issue
	for i := range places {
		p := &places[i]
		if p.Shown != directory.ShownInFull || p.Kind == directory.Postal || p.Kind == directory.Virtual || len(p.Address.Lines) == 0 && p.Address.Postcode == "" {
			continue
		}
		a := directory.Address{Lines: p.Address.Lines, City: p.Address.City, Region: p.Address.Region, Postcode: p.Address.Postcode, Country: p.Address.Country}
		key := fmt.Sprintf("%q", []string{strings.Join(a.Lines, "\n"), a.City, a.Region, a.Postcode, a.Country})
		at, asked := known[key]
		if !asked {
			found, err := l.Locate(ctx, a)
			if err != nil && !errors.Is(err, sp.ErrNotFound) {
				return c, nil, fmt.Errorf("geocode: place %s: %w", p.ID, err)
			}
			if err == nil {
				at = found
			}
			known[key] = at
		}
		if code, detail, severity := locate(p, at); code != "" {
			issues = append(issues, sp.Issue{Severity: severity, Code: code, Record: string(p.ID), Field: "point", Detail: detail})
		}
	}
	c.Places = places
	return c, issues, nil
}

// locate holds the point of a place against that of its address, and says what was wrong.
func locate(p *directory.Place, at Located) (code, detail string, severity sp.Severity) {
	away, known := p.Point.DistanceTo(at.Point)
	switch {
	case at.Point.IsZero() && p.Point.IsZero():
		return "not-located", "its address was not found, and no distance to it is known", sp.Warning
	case at.Point.IsZero():
		return "", "", 0
	case !known:
		p.Point, p.Precision = at.Point, at.Precision
		return "", "", 0
	case away <= FarOff:
		if away < geo.Metre && p.Precision == "" { // the feed has looked it up in the same way
			p.Precision = at.Precision
		}
		return "", "", 0
	}
	turned := geo.Point{Lat: p.Point.Lon, Lon: p.Point.Lat}
	if away, _ := turned.DistanceTo(at.Point); away <= FarOff {
		p.Point = turned
		return "swapped-coordinates", "latitude and longitude were the wrong way round, by its address", sp.Note
	}
	return "far-off-coordinates", fmt.Sprintf("lies %s from its address", away), sp.Warning
}
