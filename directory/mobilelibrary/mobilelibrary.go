// Package mobilelibrary reads timetables of British mobile libraries: where a
// library on wheels stops, and when. For people who cannot travel it is often the
// one service that comes to them.
//
//	catalogue, issues, err := mobilelibrary.Read(ctx, os.DirFS("timetables"), directory.ImportOptions{Feed: "mobile", Fetched: now})
//
// What becomes of faults in a timetable, and the codes of issues, are explained
// in package hsds.
package mobilelibrary

import (
	"context"
	"io/fs"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer"
)

// Read reads a folder of timetables as LibrariesHacked publishes them: one CSV
// file for each authority and organisations.csv about the authorities. Every stop
// becomes a place, and a venue of its library's one service, with its own
// schedule. Stops have no identifiers, so theirs are made of what they consist of;
// two rows that differ in the number of their route alone are reported and both kept.
//
// Public libraries lend without charge (Public Libraries and Museums Act 1964,
// section 8), but these files say nothing about cost, so it stays unknown.
func Read(ctx context.Context, folder fs.FS, o directory.ImportOptions) (directory.Catalogue, []sp.Issue, error) {
	return importer.ReadMobileLibraries(ctx, folder, o)
}
