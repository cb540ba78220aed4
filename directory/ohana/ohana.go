// Package ohana reads directories of services in the form of the Ohana API: a
// folder of CSV files in the Human Services Data Specification 1.
//
//	catalogue, issues, err := ohana.Read(ctx, os.DirFS("baltimore"), feed.Options{
//		Feed: "baltimore", Currency: sp.USD, Zone: "America/New_York", Fetched: now,
//	})
//
// What becomes of faults in a feed, and the codes of issues, are explained in
// package hsds.
package ohana

import (
	"context"
	"io/fs"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// Read reads a folder of CSV files: organizations.csv, locations.csv,
// services.csv, and, where they are there, addresses.csv, phones.csv,
// contacts.csv, taxonomy.csv, regular_schedules.csv, holiday_schedules.csv and the
// other tables that package hsds reads. Rows refer to each other by ID; one that
// refers to nothing is reported. Postal addresses (mail_addresses.csv) are checked
// for that and not imported.
//
// A service is of the organisation that it names, or else of that of its location.
// Dates in figures have the month first, as the Ohana API has them, unless the
// options say otherwise. It fails if there is no table of services, locations or
// organisations. Without options, amounts are in pounds; set Currency and Zone for
// a feed from elsewhere.
func Read(ctx context.Context, folder fs.FS, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	if o.Dates == feed.OneReading {
		o.Dates = feed.MonthFirst
	}
	return importer.ReadTables(ctx, folder, o, "ohana")
}
