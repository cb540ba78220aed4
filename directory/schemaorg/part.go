package schemaorg

import "github.com/socialprescribing/sp/directory/internal/importer"

// A part is a schedule or a closure by the fields that HSDS has for them.
type part [fields]string

const (
	freq = iota
	interval
	byDay
	byMonthDay
	byMonth
	count
	start
	until
	validFrom
	validTo
	opensAt
	closesAt
	firstDay
	lastDay
	closed
	except
	description
	zone // for which HSDS has none
	fields
)

var names = [zone]string{
	"freq", "interval", "byday", "bymonthday", "bymonth", "count", "dtstart", "until", "valid_from", "valid_to", "opens_at", "closes_at",
	"start_date", "end_date", "closed", "sp_except", "description",
}

func (p *part) write(b *importer.Builder) {
	for i, name := range names {
		if p[i] != "" {
			b.Text(name, p[i])
		}
	}
}

// mostHours bounds how many schedules or closures are kept: one more than the importer takes
// of either, which then says that they are too many.
const mostHours = 1001

// add keeps a schedule or a closure that says anything.
func add(all *[]part, p part) {
	if len(*all) < mostHours && p != (part{zone: p[zone]}) {
		*all = append(*all, p)
	}
}
