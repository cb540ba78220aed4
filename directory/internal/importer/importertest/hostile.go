package importertest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/tier"
)

// A Hostile is an input that is meant to do harm: it makes readers of other kinds
// take minutes or gigabytes.
type Hostile struct {
	Name string
	Of   func(size int) string // at least so many bytes

	terms string // what stands in it once for each term of a taxonomy, which are records that no result shows
}

// ofTerms says how the terms in an input are counted.
func ofTerms(h Hostile, terms string) Hostile {
	h.terms = terms
	return h
}

// of returns an input that repeats something, see [Repeated].
func of(name, before, again, after string) Hostile {
	return Hostile{Name: name, Of: Repeated(before, again, after)}
}

// Repeated returns a text of at least so many bytes that repeats something between a
// beginning and an end. In what is repeated, %d is its number.
func Repeated(before, again, after string) func(size int) string {
	return func(size int) string {
		var b strings.Builder
		b.Grow(size + 64)
		b.WriteString(before)
		numbered := strings.Contains(again, "%d")
		for i := 0; b.Len() < size; i++ {
			if numbered {
				fmt.Fprintf(&b, again, i)
			} else {
				b.WriteString(again)
			}
		}
		b.WriteString(after)
		return b.String()
	}
}

// within returns an input whose one service or place has a field that is repeated.
func within(name, before, again, after string) Hostile {
	return of(name, `{"id":"1","name":"x","status":"active",`+before, again, after+"}")
}

// Documents returns texts of JSON that are meant to do harm.
func Documents() []Hostile {
	return slices.Concat(signs(), records(), parts(), fields(), texts(), emptyParts())
}

// signs are of the signs of JSON, with hardly anything in between.
func signs() []Hostile {
	return []Hostile{
		of("numbers", "", "1\n", ""),
		of("brackets", "", "[", ""),
		of("braces", "", `{"a":`, ""),
		of("brackets that close", "", "]", ""),
		of("lists in lists", `{"id":"1","name":"x","more":`, "[", "]}"),
		of("shallow lists", `{"id":"1","name":"x","more":[0`, ",[[[[[[[[]]]]]]]]", "]}"),
		of("empty objects", "[{}", ",{}", "]"),
		of("empty objects, one a line", "", "{}\n", ""),
		of("empty records", `{"services":[{}`, ",{}", "]}"),
		of("empty parts", `{"schedules":[{}`, ",{}", "]}"),
		of("parts of nobody", `{"schedules":[{}`, `,{"service_id":"s%d"}`, "]}"),
		of("lines that open", "", "{\n", ""),
		of("lines that quote", "", "{\"\n", ""),
		of("spaces", "{", " ", "}"),
		of("commas", "[", ",", "]"),
		of("colons", `{"a"`, ":", "}"),
		of("quotation marks", "{", `"`, "}"),
		of("backslashes", `{"id":"1","name":"`, `\\`, `"}`),
	}
}

// records are of many records, or of one that is told often.
func records() []Hostile {
	return []Hostile{
		of("services that say little", `{"services":[{"name":"a"}`, `,{"name":"n%d"}`, "]}"),
		of("organisations that say little", `{"organizations":[{"name":"a"}`, `,{"name":"n%d"}`, "]}"),
		of("locations that say little", `{"locations":[{"name":"a"}`, `,{"name":"n%d"}`, "]}"),
		ofTerms(of("terms that say little", `{"taxonomy_terms":[{"id":"a"}`, `,{"id":"n%d"}`, "]}"), "{"),
		of("one record, retold", "", `{"id":"1","name":"x","status":"active","phones":[{"number":"1"}]}`, ""),
		of("records that retell", "", `{"id":"1","name":"x","status":"active","phones":[{"number":"%d"}]}`, ""),
		of("records that clash", "", `{"id":"1","name":"x%d","status":"active"}`, ""),
	}
}

// parts are of many parts of a record.
func parts() []Hostile {
	return []Hostile{
		of("parts for one", `{"phones":[{"service_id":"1","number":"1"}`, `,{"service_id":"1","number":"%d"}`, `],"services":[{"id":"1","name":"x"}]}`),
		of("contacts for one", `{"contacts":[{"id":"c","service_id":"1"}`, `,{"contact_id":"c","number":"%d"}`, `],"services":[{"id":"1","name":"x"}]}`),
		of("venues of one", `{"services":[{"id":"1","name":"x"}],"service_at_locations":[{}`, `,{"service_id":"1","location_id":"l%d"}`, "]}"),
		of("one venue", `{"services":[{"id":"1","name":"x"}],"service_at_locations":[{}`, `,{"id":"%d","service_id":"1","location_id":"l","schedules":[{"freq":"DAILY"}]}`, "]}"),
		of("closures of many schedules", `{"id":"1","name":"x","status":"active","regular_schedules":[{"weekday":"Monday"}`+strings.Repeat(`,{"weekday":"Monday"}`, 900)+`],"holiday_schedules":[{}`,
			`,{"closed":true,"start_date":"2026-01-01","end_date":"2026-12-31"}`, "]}"),
		{Name: "closures of places where much happens", Of: closures},
		within("closures of many years", `"regular_schedules":[{"weekday":"Monday"}],"holiday_schedules":[{}`, `,{"closed":true,"start_date":"%04d-01-01","end_date":"%04[1]d-12-31"}`, "]"),
		{Name: "retold with many parts", Of: func(size int) string {
			var b strings.Builder
			for i := 0; b.Len() < size; i++ {
				b.WriteString(`{"id":"1","name":"x","status":"active","phones":[{}`)
				for j := range 900 {
					fmt.Fprintf(&b, `,{"number":"%d"}`, i*900+j)
				}
				b.WriteString("]}")
			}
			return b.String()
		}},
		{Name: "contacts with many numbers", Of: func(size int) string {
			var b strings.Builder
			b.WriteString(`{"id":"1","name":"x","status":"active","contacts":[{}`)
			for b.Len() < size {
				b.WriteString(`,{"phones":[{}` + strings.Repeat(",{}", 900) + "]}")
			}
			return b.String() + "]}"
		}},
		of("empty addresses", `{"id":"1","name":"x","location_type":"physical","addresses":[{}`, ",{}", "]}"),
		of("empty identifiers", `{"id":"1","name":"x","website":"https://x.example","organization_identifiers":[{}`, ",{}", "]}"),
		of("prices", `{"id":"1","name":"x","status":"active","cost_options":[{}`, `,{"amount":%d}`, "]}"),
		of("schedules", `{"id":"1","name":"x","status":"active","schedules":[{}`, `,{"freq":"a"}`, "]}"),
		of("schedules of many", "", `{"id":"%d","name":"x","status":"active","schedules":[`+strings.Repeat(`{"freq":"a"},`, 900)+"{}]}", ""),
		of("attributes", `{"id":"1","name":"x","status":"active","attributes":[{}`, `,{"link_type":"topic","taxonomy_term":{"id":"%d"}}`, "]}"),
	}
}

// closures are places that are closed for a hundred years, in each of which a hundred services
// happen.
func closures(size int) string {
	var years, b strings.Builder
	for year := range 100 {
		fmt.Fprintf(&years, `{"closed":true,"start_date":"%d-01-01","end_date":"%[1]d-12-31"},`, 2000+year)
	}
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"locations":[{"id":"%d","holiday_schedules":[%s{}]}],"services":[{}`, i, years.String())
		for j := range 100 {
			fmt.Fprintf(&b, `,{"id":"%d-%d","schedules":[{"freq":"DAILY"}],"service_at_locations":[{"location_id":"%[1]d"}]}`, i, j)
		}
		b.WriteString("]}")
	}
	return b.String()
}

// fields are of one service or place with many fields, or with one that is long.
func fields() []Hostile {
	return []Hostile{
		within("fields of one name", `"a":1`, `,"a":1`, ""),
		within("fields", `"a":1`, `,"a%d":1`, ""),
		within("names with escapes", `"a":1`, `,"\u0061":1`, ""),
		within("a list of numbers", `"more":[1`, ",1", "]"),
		within("a long number", `"minimum_age":1`, "0", ""),
		within("days of the week", `"schedules":[{"freq":"WEEKLY","byday":["MO"`, `,"MO"`, "]}]"),
		within("days of the month", `"schedules":[{"freq":"MONTHLY","bymonthday":[1`, ",1", "]}]"),
		within("days on which nothing happens", `"schedules":[{"freq":"DAILY","sp_except":"2026-01-01`, ",2026-01-01", `"}]`),
		within("topics in a text", `"taxonomy_ids":"1`, ",%d", `"`),
		within("languages in a text", `"languages":"welsh`, ",welsh", `"`),
		within("postcodes in a text", `"service_areas":[{"extent_type":"text","extent":"LA4`, ",LA4", `"}]`),
		within("access in a text", `"location_type":"physical","accessibility":"step-free`, ",step-free", `"`),
		within("access in words", `"location_type":"physical","accessibility":[{"description":"a"}`, `,{"description":"d%d"}`, "]"),
		within("schedules that go on and on", `"schedules":[{"freq":"DAILY"}`, `,{"freq":"MONTHLY","interval":24,"dtstart":"2026-01-01","count":700}`, "]"),
		within("sessions of organisations in services", `"organization":{"id":"o","name":"y","services":[{}`, `,{"id":"s%d","name":"z"}`, "]}"),
		within("what was carried along", `"sp_extra":{"a":1`, `,"b%d":1`, "}"),
	}
}

// texts are of one service with a long text.
func texts() (all []Hostile) {
	for _, text := range []string{"amp;", "&amp;", "<b>", "<script ", "<<b>b>", "<!--", "&lt;", "&", "<", `\u00e9`, `\\n`, "Ã©", "é", "a ", ". ", "\t", "\xff", "-", "- "} {
		all = append(all, within("a text of "+text, `"description":"&`, text, `"`), within("fees of "+text, `"fees":"`, text, `"`))
	}
	return all
}

// emptyParts are of one service with many parts that say nothing.
func emptyParts() (all []Hostile) {
	for _, list := range []string{
		"phones", "contacts", "schedules", "regular_schedules", "holiday_schedules", "cost_options", "languages", "service_areas", "attributes", "capacities", "eligibilitys",
		"service_at_locations", "locations", "taxonomy_terms",
	} {
		all = append(all, within("empty "+list, `"`+list+`":[{}`, ",{}", "]"))
	}
	return all
}

// Tables returns texts of CSV, as tables of services, that are meant to do harm.
func Tables() []Hostile {
	const header = "id,location_id,name,description\n"
	return []Hostile{
		of("separators", header, ",", ""),
		of("separators in the header", "", ",", "\n1,2"),
		of("columns", "id", ",c%d", "\n1,2"),
		of("columns of one name", "id", ",c", "\n1,2"),
		of("rows of separators", header, ",,,,,,,,\n", ""),
		of("empty lines", header, "\n", ""),
		of("lines of one letter", header, "a\n", ""),
		of("one long line", header, "a", ""),
		of("one giant cell", header+`1,,x,"`, "a", `"`),
		of("one giant cell of many lines", header+`1,,x,"`, "a\n", `"`),
		of("a quotation mark that nothing closes", header+`1,,x,"`, "a\n", ""),
		of("quotation marks that nothing closes", header, "1,,x,\"a\n", ""),
		of("quotation marks", header, `"`, ""),
		of("pairs of quotation marks", header+`1,,x,"`, `""`, `"`),
		of("lines of quotation marks", header, `""""`+"\n", ""),
		of("quotation marks and spaces", header, `" `, ""),
		of("headers", header, header, ""),
		of("services that say little", header, "%d,,x\n", ""),
		of("services at one place", header, "%d,1,x\n", ""),
		of("one service", header, "1,1,x\n", ""),
		of("one service, retold", header, "1,1,x,%d\n", ""),
		of("characters that are none", header, "1,,\xff\xfe\x81\n", ""),
		of("characters of nothing", header, "1,,\x00\n", ""),
		of("carriage returns", header, "\r", ""),
		of("semicolons", "", "a;b,c\td|e\n", ""),
		of("topics in a cell", "id,name,taxonomy_ids\n1,x,\"1", ",%d", "\"\n"),
	}
}

// Rows returns rows of tables beside one of services and one of locations, which
// are named by the table, that are meant to do harm.
func Rows() []Hostile {
	return []Hostile{
		of("phones", "id,service_id,number\n", "%d,1,1\n", ""),
		of("phones of nobody", "id,service_id,number\n", "%d,2,1\n", ""),
		of("regular_schedules", "id,service_id,weekday\n", "%d,1,Monday\n", ""),
		of("schedules", "id,service_id,freq,dtstart,count\n", "%d,1,DAILY,2026-01-01,700\n", ""),
		of("holiday_schedules", "id,service_id,closed,start_date,end_date\n", "%d,1,true,2026-01-01,2026-12-31\n", ""),
		of("contacts", "id,service_id,name\n", "%d,1,x\n", ""),
		of("languages", "id,service_id,language\n", "%d,1,welsh\n", ""),
		of("service_areas", "id,service_id,service_area\n", "%d,1,a%[1]d\n", ""),
		of("accessibility", "id,location_id,description\n", "%d,1,a%[1]d\n", ""),
		of("addresses", "id,location_id,address_1\n", "%d,1,x\n", ""),
		of("attributes", "id,link_id,link_entity,link_type,value\n", "%d,1,service,access,a%[1]d\n", ""),
		of("cost_options", "id,service_id,amount\n", "%d,1,1\n", ""),
		of("eligibility", "id,service_id,eligibility\n", "%d,1,x\n", ""),
		of("service_at_locations", "id,service_id,location_id\n", "%d,1,l%[1]d\n", ""),
		ofTerms(of("taxonomy", "taxonomy_id,name\n", "%d,x\n", ""), "\n"),
	}
}

// Hours returns texts in the vocabulary of schema.org that are meant to do harm.
func Hours() []Hostile {
	return []Hostile{
		of("hours", `{"openingHours":["a"`, `,"Mo-Fr 09:00-17:00"`, "]}"),
		of("days", `{"openingHoursSpecification":{"dayOfWeek":["a"`, `,"Monday"`, "]}}"),
		of("specifications", `{"openingHoursSpecification":[{}`, `,{}`, "]}"),
		of("special days", `{"openingHours":["Mo","Tu","We","Th","Fr"],"specialOpeningHoursSpecification":[{}`, `,{"validFrom":"2026-01-01","validThrough":"2026-12-31"}`, "]}"),
		of("exceptions", `{"eventSchedule":{"repeatFrequency":"P1D","exceptDate":["a"`, `,"2026-01-01"`, "]}}"),
		of("events in events", "", `{"subEvent":`, ""),
		of("events beside events", `{"subEvent":[{}`, `,{"startDate":"2026-01-01"}`, "]}"),
		of("repetitions", `{"eventSchedule":[{}`, `,{"repeatFrequency":"P1D","startDate":"2026-01-01","repeatCount":700}`, "]}"),
	}
}

// Beside returns a folder with a table of rows beside one service and one place.
func Beside(table, rows string) fstest.MapFS {
	return Folder("services.csv", "id,name,status\n1,Choir,active\n", "locations.csv", "id,name,latitude,longitude\n1,Hall,54,-2\n", table+".csv", rows)
}

// What reading may cost, for each byte of the input, and for what it allocates also for
// each record or part that is made of it. Held is what is alive at any time while it is
// read.
const (
	heldPerByte                         = 20
	allocatedPerByte, allocatedPerThing = 50, 8 << 10

	// Records take some room whatever is read, how tables are to be read is found out by a
	// sample of them, what one record says is compared with what others said of it, up to a
	// limit, and a thousand issues of each kind are kept: so much is allowed for any input.
	heldAnyway, allocatedAnyway, objectsAnyway = 1 << 22, 5 << 22, 40_000
)

// Bounded checks that what a reader allocates is in proportion to its input, and grows no
// faster, for inputs of a size that are meant to do harm. It counts bytes and objects rather
// than time, so that it does not depend on the machine; under the race detector, which makes
// more of them, it is left out. What a reader holds at its height is checked in the long tier
// alone: on a busy machine the collector takes for alive what is allocated while it runs.
func Bounded(t *testing.T, size int, kinds []Hostile, read func(tb testing.TB, text string) any) {
	t.Helper()
	tier.Unraced(t)
	for _, kind := range kinds {
		t.Run(kind.Name, func(t *testing.T) {
			small := allocated(t, kind.Of(size/2), read)
			whole := allocated(t, kind.Of(size), read)
			if kind.terms != "" {
				whole.things += strings.Count(kind.Of(size), kind.terms)
			}
			if n := size*heldPerByte + heldAnyway; tier.Now() == tier.Long && whole.bytes > n { // else it cannot be alive
				if most := least(t, kind.Of(size), read); most > n {
					t.Errorf("holds %d bytes at its height, of %d read, of which it made %d records and parts: more than %d", most, size, whole.things, n)
				}
			}
			if limit := size*allocatedPerByte + whole.things*allocatedPerThing + allocatedAnyway; whole.bytes > limit {
				t.Errorf("allocates %d bytes for %d, of which it made %d records and parts: more than %d", whole.bytes, size, whole.things, limit)
			}
			if limit := 5*small.objects/2 + objectsAnyway; whole.objects > limit {
				t.Errorf("allocates %d objects for %d bytes and %d for half of them: more than in proportion", whole.objects, size, small.objects)
			}
		})
	}
}

// least returns the least of three measurements of [Peak], since what disturbs one adds to it.
func least(tb testing.TB, text string, read func(tb testing.TB, text string) any) int {
	tb.Helper()
	return min(Peak(tb, text, read), Peak(tb, text, read), Peak(tb, text, read))
}

// A use is what reading took.
type use struct{ bytes, objects, things int }

func allocated(tb testing.TB, text string, read func(tb testing.TB, text string) any) use {
	tb.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	result := read(tb, text)
	runtime.ReadMemStats(&after)
	return use{
		bytes: int(after.TotalAlloc - before.TotalAlloc), objects: int(after.Mallocs - before.Mallocs), things: things(result),
	}
}

// things returns how many records and parts a result has.
func things(result any) int {
	c, ok := result.(directory.Catalogue)
	if !ok {
		return 0
	}
	n := len(c.Services) + len(c.Organisations) + len(c.Places) + len(c.Venues)
	for i := range c.Services {
		s := &c.Services[i]
		n += len(s.Schedules) + len(s.Phones) + len(s.Contacts) + len(s.Cost.Prices) + len(s.Topics)
	}
	for i := range c.Venues {
		n += len(c.Venues[i].Schedules)
	}
	return n
}

// Harm measures how long a reader takes for a megabyte of each kind, and for half
// and twice as much of it, by the clock and as the least processor time of its runs.
func Harm(b *testing.B, kinds []Hostile, read func(tb testing.TB, text string) any) {
	b.Helper()
	for _, kind := range kinds {
		for _, size := range []int{1 << 19, 1 << 20, 1 << 21} {
			text := kind.Of(size)
			b.Run(fmt.Sprintf("%s/%dkB", strings.ReplaceAll(kind.Name, "/", "|"), size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				least := time.Hour
				for b.Loop() {
					from := ProcessorTime()
					read(b, text)
					least = min(least, ProcessorTime()-from)
				}
				b.ReportMetric(float64(least.Microseconds())/1000, "cpu-ms")
			})
		}
	}
}
