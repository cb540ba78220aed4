package repo

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Dependencies are what a package may import beyond the standard library.
type dependencies struct {
	inside  []string // packages of this repository
	outside []string // modules of others
}

var (
	core    = []string{".", "geo", "decode", "store", "transition", "aggregate", "internal/printable"}
	figures = []string{"evaluation/inequality", "evaluation/stat", "evaluation/quasi", "evaluation/survival", "evaluation/spc", "evaluation/economics", "evaluation/disclosure"}
	layer0  = slices.Concat(core, figures, []string{"internal/csvfile"})
	layer1  = slices.Concat(layer0, []string{"consent", "consent/register", "directory", "person", "person/custom", "person/note", "needs", "needs/measure", "voice", "workforce", "workforce/record", "workforce/agreement", "workforce/fidelity", "workforce/forum", "workforce/measure", "workforce/minutes", "workforce/site", "workforce/supervision", "workforce/training"})
	reader  = slices.Concat(layer0, []string{"directory", "directory/feed", "directory/recurrence", "directory/internal/importer"})
	machine = []string{"referral/reason", "referral/concern", "referral/session", "referral/placement", "referral/internal/id"}
	pathway = slices.Concat(layer1, machine, []string{"referral"})
	layer2  = slices.Concat(pathway, []string{"referral/triage", "referral/unmet", "referral/worklist", "matching", "funding", "funding/area", "funding/england", "funding/apportion", "funding/contract", "funding/grant", "funding/panel", "funding/threesixty"})
	layer3  = slices.Concat(layer2, []string{"evaluation", "evaluation/facts", "evaluation/catalogue"})
	gonum   = []string{"gonum.org/v1/gonum"}
	jsonv2  = []string{"github.com/go-json-experiment/json"}
)

// permitted is the import graph: a package imports only what stands above it. It is
// policy. Do not change it to fix a build: move the code instead, and if the
// policy is wrong, say why in the commit that changes it.
var permitted = map[string]dependencies{
	".":                     {inside: []string{"internal/column"}},
	"internal/column":       {},
	"internal/vocabulary":   {inside: []string{".", "geo"}},
	"geo":                   {inside: []string{".", "internal/column"}},
	"decode":                {inside: []string{".", "internal/nearest", "internal/proportion"}, outside: jsonv2},
	"store":                 {inside: []string{".", "internal/proportion"}, outside: jsonv2},
	"internal/printable":    {inside: []string{"."}},
	"transition":            {inside: []string{".", "store", "internal/printable"}},
	"aggregate":             {inside: []string{".", "store", "transition", "internal/printable"}},
	"internal/repo":         {},
	"internal/shared":       {},
	"internal/newcomer":     {},
	"internal/sbom":         {},
	"internal/pgserver":     {},
	"internal/tier":         {},
	"internal/csvfile":      {inside: []string{"."}},
	"internal/nearest":      {},
	"internal/proportion":   {inside: []string{"."}, outside: jsonv2},
	"evaluation/stat":       {inside: []string{".", "evaluation/internal/special"}, outside: gonum},
	"evaluation/disclosure": {inside: []string{"."}, outside: gonum},

	// Their results are estimates, which stat defines.
	"evaluation/quasi":      {inside: []string{".", "evaluation/stat", "evaluation/internal/special"}, outside: gonum},
	"evaluation/survival":   {inside: []string{".", "evaluation/stat", "evaluation/internal/special"}, outside: gonum},
	"evaluation/inequality": {inside: []string{".", "evaluation/stat", "evaluation/internal/special"}, outside: gonum},
	"evaluation/spc":        {inside: []string{".", "evaluation/stat", "evaluation/internal/special"}, outside: gonum},
	"evaluation/economics":  {inside: []string{".", "evaluation/stat", "evaluation/internal/special"}, outside: gonum},

	"evaluation/internal/special":  {outside: gonum},
	"evaluation/internal/accuracy": {}, // nothing but tests

	"consent":          {inside: []string{".", "person"}},
	"directory":        {inside: slices.Concat(layer0, []string{"directory/internal/words", "directory/recurrence"})},
	"person":           {inside: slices.Concat(layer0, []string{"directory"})},
	"needs":            {inside: slices.Concat(layer0, []string{"internal/nearest", "directory", "needs/measure", "person"})},
	"person/duplicate": {inside: []string{".", "person", "store"}},
	"person/custom":    {inside: slices.Concat(layer0, []string{"consent", "person"})},
	"person/note":      {inside: slices.Concat(layer0, []string{"person"})},
	"voice":            {inside: slices.Concat(layer0, []string{"internal/nearest", "directory", "needs", "needs/measure", "person"})},

	// The records of a workforce know no case.
	"workforce/record": {inside: core},
	"workforce":        {inside: slices.Concat(layer0, []string{"workforce/record"})},
	// Each meaning is a package; none knows another.
	"workforce/agreement": {inside: slices.Concat(layer0, []string{"workforce/record"})},
	"workforce/fidelity":  {inside: slices.Concat(layer0, []string{"workforce", "workforce/record"})},
	"workforce/forum":     {inside: slices.Concat(layer0, []string{"workforce", "workforce/record"})},
	// All of their figures at once.
	"workforce/measure":     {inside: slices.Concat(layer0, []string{"workforce", "workforce/record", "workforce/fidelity", "workforce/forum", "workforce/minutes", "workforce/site", "workforce/supervision", "workforce/training"})},
	"workforce/minutes":     {inside: slices.Concat(layer0, []string{"workforce", "workforce/record"})},
	"workforce/site":        {inside: slices.Concat(layer0, []string{"workforce", "workforce/record"})},
	"workforce/supervision": {inside: slices.Concat(layer0, []string{"workforce", "workforce/record"})},
	"workforce/training":    {inside: slices.Concat(layer0, []string{"workforce", "workforce/record"})},

	// What was told is kept beside the rules.
	"consent/optout":    {inside: []string{"."}},
	"consent/retention": {inside: []string{"."}},
	"consent/breach":    {inside: slices.Concat(core, []string{"consent", "person"})},
	"consent/register":  {inside: slices.Concat(core, []string{"consent", "consent/breach", "person"})},

	// Questionnaires are scored without knowing anything else.
	"needs/measure": {inside: []string{"."}},

	// The pathway knows neither matching nor money; matching knows no store.
	"referral/reason":      {inside: []string{".", "internal/nearest"}},
	"referral/concern":     {inside: []string{"."}},
	"referral/internal/id": {},
	"internal/lives":       {inside: slices.Concat(pathway, []string{"consent/register", "referral/caseload", "referral/subject", "rest", "store/seal", "store/storetest"})}, // for tests and benchmarks of backends
	"internal/goldentest":  {inside: append([]string{"transition/transitiontest", "internal/tier"}, core...)},
	"referral/session":     {inside: slices.Concat(layer1, []string{"referral/reason", "referral/internal/id"})},
	"referral/placement":   {inside: slices.Concat(layer1, []string{"referral/reason", "referral/internal/id", "referral/session"})},
	"referral":             {inside: slices.Concat(layer1, machine)},
	"referral/triage":      {inside: pathway},
	"referral/unmet":       {inside: pathway},
	"referral/worklist":    {inside: pathway},
	"referral/crosswalk":   {inside: pathway},
	"referral/caseload":    {inside: slices.Concat(pathway, []string{"referral/worklist"})},
	"referral/team":        {inside: slices.Concat(pathway, []string{"referral/worklist", "referral/caseload"})},
	"referral/held":        {inside: slices.Concat(pathway, []string{"directory/place"})},
	"referral/subject":     {inside: slices.Concat(pathway, []string{"consent/register", "person/duplicate", "referral/held"})},
	// Words know the codes of grants and places too, and nothing else of money or services: a translator works on one table.
	"referral/words":                   {inside: slices.Concat(pathway, []string{"referral/unmet", "referral/worklist", "referral/caseload", "referral/team", "referral/subject", "consent/register", "consent/breach", "directory/place", "funding/grant"})},
	"referral/feedback":                {inside: []string{".", "consent", "referral"}}, // apart from words, so that what carries a message needs none
	"referral/letter":                  {inside: slices.Concat(pathway, []string{"referral/crosswalk", "referral/feedback", "referral/words"})},
	"matching":                         {inside: []string{".", "geo", "directory", "directory/search", "directory/taxonomy", "person", "needs", "workforce"}}, // an index of its own is made of columns
	"matching/assign":                  {inside: []string{"."}},
	"matching/assign/internal/recheck": {}, // a second program: it must share nothing with the first
	"funding":                          {inside: slices.Concat(layer0, []string{"funding/apportion", "funding/area", "funding/internal/exact"})},
	"funding/area":                     {inside: slices.Concat(layer0, []string{"funding/apportion", "funding/internal/exact"})},
	"funding/england":                  {inside: slices.Concat(layer0, []string{"funding/area"})},
	"funding/internal/exact":           {},
	"funding/apportion":                {inside: []string{".", "funding/internal/exact"}},
	"funding/contract":                 {inside: []string{".", "directory", "funding/apportion"}},
	"funding/grant":                    {inside: slices.Concat(layer0, []string{"directory", "funding/contract"})},
	"funding/threesixty":               {inside: slices.Concat(layer0, []string{"directory", "funding/contract"}), outside: jsonv2},
	"funding/panel":                    {inside: slices.Concat(layer0, []string{"directory"})},

	// The engine knows no referral; what the pathway's events say stands beside it.
	"evaluation":                {inside: slices.Concat(core, figures)},
	"evaluation/facts":          {inside: slices.Concat(layer2, []string{"evaluation", "directory/quality"})},
	"evaluation/eventfile":      {inside: core, outside: jsonv2},
	"evaluation/evaluationtest": {inside: layer2},
	"evaluation/catalogue":      {inside: slices.Concat(layer2, []string{"evaluation", "evaluation/facts"})},
	"simulation":                {inside: slices.Concat(layer2, []string{"matching/assign", "referral/caseload", "simulation/queue"})},
	"simulation/queue":          {inside: []string{"."}},
	"simulation/fit":            {inside: slices.Concat(layer2, []string{"simulation", "simulation/queue"}), outside: gonum},
	"evaluation/report":         {inside: slices.Concat(core, figures, []string{"evaluation", "evaluation/barrier", "evaluation/chart", "evaluation/export"})},
	"simulation/lab":            {inside: slices.Concat(layer3, []string{"evaluation/barrier", "evaluation/export", "simulation", "simulation/queue"})},
	"evaluation/mirror":         {inside: slices.Concat(layer3, []string{"evaluation/spc"})},
	"evaluation/tables":         {inside: slices.Concat(layer2, []string{"evaluation", "evaluation/gap"})},

	// What is missing is counted of what the pathway, the voices and a waiting list say.
	"evaluation/gap": {inside: layer2},

	// The 25 barriers are counted of the same indicators, and of what the team's records say.
	"evaluation/barrier": {inside: slices.Concat(layer3, []string{"evaluation/internal/release"})},

	// What it learns is a value of the directory, which matching reads.
	"evaluation/observed": {inside: layer2},

	// A sheet is read as the events that it tells of.
	"evaluation/flat": {inside: layer3},
	// What leaves for other programs has been released.
	"evaluation/internal/release": {inside: slices.Concat(core, figures, []string{"evaluation"})},
	"evaluation/export":           {inside: slices.Concat(layer3, []string{"evaluation/internal/release"})},

	// Rows of single people leave for one audience, under pseudonyms.
	"evaluation/extract": {inside: slices.Concat(layer3, []string{"consent/optout", "evaluation/export", "referral/subject"})},

	// The edges: codecs, pictures, backends, and what tests are made of.
	"directory/hsds":                {inside: reader},
	"directory/ohana":               {inside: reader},
	"directory/mobilelibrary":       {inside: reader},
	"directory/flat":                {inside: slices.Concat(reader, []string{"internal/csvfile"})},
	"directory/detect":              {inside: slices.Concat(reader, []string{"directory/hsds", "directory/mobilelibrary", "directory/ohana", "internal/csvfile"})},
	"directory/walk":                {inside: reader},
	"directory/schemaorg":           {inside: reader},
	"directory/oracletest":          {outside: []string{"modernc.org/sqlite", "github.com/teambition/rrule-go", "github.com/santhosh-tekuri/jsonschema/v6"}},
	"validate":                      {inside: []string{".", "geo"}, outside: []string{"github.com/go-playground/validator/v10"}},
	"evaluation/duckdbtest":         {},
	"evaluation/beam":               {inside: slices.Concat(layer3, []string{"evaluation/eventfile"}), outside: []string{"github.com/apache/beam/sdks/v2"}},
	"evaluation/beam/count":         {inside: []string{".", "evaluation/beam"}, outside: []string{"github.com/apache/beam/sdks/v2"}},
	"evaluation/parquet":            {inside: slices.Concat(layer3, []string{"evaluation/export"}), outside: []string{"github.com/parquet-go/parquet-go"}},
	"evaluation/parquet/convert":    {inside: slices.Concat(layer3, []string{"evaluation/export", "evaluation/eventfile", "evaluation/parquet"})},
	"evaluation/report/browsertest": {outside: []string{"github.com/chromedp/chromedp", "github.com/chromedp/cdproto"}},
	"validate/bindertest":           {outside: []string{"github.com/gin-gonic/gin", "github.com/labstack/echo/v4"}},
	"directory/search":              {inside: slices.Concat(layer0, []string{"directory", "directory/internal/words"})},
	"directory/internal/words":      {},
	"directory/feed":                {inside: []string{"."}},
	"directory/recurrence":          {inside: []string{"."}},
	"directory/quality":             {inside: slices.Concat(layer0, []string{"directory", "directory/feed"})},
	"directory/timetable":           {inside: []string{".", "directory", "directory/recurrence"}},
	"directory/taxonomy":            {inside: []string{".", "decode", "directory"}},
	"directory/geocode":             {inside: []string{".", "geo", "directory"}},
	"directory/duplicate":           {inside: []string{".", "geo", "store", "directory"}},
	"directory/place":               {inside: slices.Concat(layer0, []string{"directory"})},

	"directory/internal/importer":              {inside: slices.Concat(layer0, []string{"directory", "directory/feed", "directory/recurrence", "internal/csvfile"})},
	"directory/internal/importer/importertest": {inside: slices.Concat(layer0, []string{"directory", "internal/shared", "internal/tier"})},
	"referral/fhir":                            {inside: slices.Concat(pathway, []string{"directory/recurrence", "referral/fhir/resource", "referral/fhir/rule", "referral/crosswalk", "referral/feedback"})},
	"referral/fhir/internal/specimen":          {inside: slices.Concat(pathway, []string{"directory/recurrence"})},
	"referral/fhir/internal/written":           {inside: slices.Concat(pathway, []string{"referral/fhir", "referral/fhir/internal/specimen", "referral/fhir/resource", "referral/letter", "referral/referraltest"})},
	"referral/fhir/resource":                   {inside: []string{"."}},
	"referral/fhir/rule":                       {inside: []string{".", "referral/fhir/resource"}},
	"referral/fhir/schematest":                 {outside: []string{"github.com/santhosh-tekuri/jsonschema/v6"}},
	"referral/fhir/medplumtest":                {},
	"referral/referraltest":                    {inside: pathway},
	"evaluation/chart":                         {inside: slices.Concat(layer3, []string{"evaluation/internal/svg", "evaluation/barrier", "evaluation/gap", "referral/caseload"})},
	"evaluation/internal/svg":                  {},
	"rest":                                     {inside: []string{".", "rest/token", "store", "transition"}},
	"rest/limit":                               {},
	"rest/token":                               {inside: []string{"."}},
	"store/memstore":                           {inside: []string{".", "store"}, outside: []string{"github.com/tidwall/btree"}},
	"store/observe":                            {inside: []string{".", "store"}},
	"store/seal":                               {inside: []string{".", "store"}},
	"store/health":                             {inside: []string{".", "store"}},
	"store/audit":                              {inside: []string{".", "store"}},
	"transition/transitiontest":                {inside: []string{".", "store", "transition"}},
	"store/storetest":                          {inside: []string{".", "store"}},
	"store/sqlite":                             {inside: []string{".", "store"}, outside: []string{"modernc.org/sqlite"}},
	"store/postgres":                           {inside: []string{".", "store"}, outside: []string{"github.com/jackc/pgx/v5"}},
	"examples/traced":                          {outside: []string{"go.opentelemetry.io/otel"}},
	"examples/internal/bar":                    {outside: []string{"golang.org/x/term"}},
	"examples/desk":                            {outside: []string{"github.com/VictoriaMetrics/metrics"}},
	"examples/desk/deskbrowser":                {outside: []string{"github.com/chromedp/chromedp", "github.com/chromedp/cdproto"}},
	"examples/desk/api":                        {outside: []string{"github.com/swaggest/openapi-go", "github.com/swaggest/jsonschema-go"}},
}

// vocabulary is what the root package speaks of in its own signatures. It goes
// wherever the root package goes.
var vocabulary = []string{"github.com/shopspring/decimal"}

// testsOnly lists the modules that tests alone may use, so that none of them
// reaches a user's binary.
var testsOnly = []string{"github.com/stretchr/testify", "github.com/google/go-cmp", "pgregory.net/rapid", "golang.org/x/exp"}

func TestRepoPackagesImportOnlyWhatStandsAboveThem(t *testing.T) {
	for _, f := range folders(t) {
		d, listed := permitted[f.path]
		example := strings.HasPrefix(f.path, "examples")
		if !listed && !example {
			t.Errorf("package %s is not listed: add it to permitted in imports_test.go", f.name())
			continue
		}
		for file, parsed := range f.files {
			test := slices.Contains(f.tests, file)
			for _, imported := range imports(parsed) {
				if !d.allow(f, imported, test) {
					t.Errorf("%s imports %s, which does not stand above it", file, imported)
				}
			}
		}
	}
}

// allow reports whether a file of f may import a package. Tests may import all
// of this repository, and examples are its users.
func (d dependencies) allow(f folder, imported string, test bool) bool {
	free := test || strings.HasPrefix(f.path, "examples")
	if dir, ours := inside(imported); ours {
		return free || slices.Contains(d.inside, dir)
	}
	return standard(imported) ||
		within(imported, d.outside) || within(imported, vocabulary) ||
		free && within(imported, shippedModules()) ||
		test && within(imported, testsOnly)
}

// shippedModules are the modules that some package may ship with.
func shippedModules() []string {
	var all []string
	for _, d := range permitted {
		all = append(all, d.outside...)
	}
	return all
}

// within reports whether a package belongs to one of the modules.
func within(imported string, modules []string) bool {
	return slices.ContainsFunc(modules, func(m string) bool {
		return imported == m || strings.HasPrefix(imported, m+"/")
	})
}

func TestRepoPermittedImportsFormNoCycle(t *testing.T) {
	var visit func(dir string, above []string)
	visit = func(dir string, above []string) {
		require.NotContains(t, above, dir, "packages import each other")
		for _, next := range permitted[dir].inside {
			visit(next, append(above, dir))
		}
	}
	for dir := range permitted {
		visit(dir, nil)
	}
}

// A validator of tags weighs more than all else that the library links, so that whoever
// does not ask for it must not get it.
func TestRepoImportsValidateNowhereInTheLibrary(t *testing.T) {
	for dir, d := range permitted {
		require.NotContains(t, d.inside, "validate", dir)
	}
}

func TestRepoKeepsBackendsFromDomainPackages(t *testing.T) {
	for dir, d := range permitted {
		for _, next := range d.inside {
			if strings.HasPrefix(next, "store/") && dir != "internal/lives" { // which measures backends
				t.Errorf("%s may import %s", dir, next)
			}
		}
	}
}

// outside lists the modules that the workspace does not hold, and why: their
// tests need more than Go, so .ci/run alone runs them.
var outside = map[string]string{
	"evaluation/duckdbtest":         "needs DuckDB, which npm fetches",
	"evaluation/beam":               "downloads some 150 modules, and takes a minute and a half to build",
	"evaluation/parquet":            "weighs more than the rest of the library",
	"examples/desk/deskbrowser":     "needs a browser, and axe-core, which npm fetches",
	"evaluation/report/browsertest": "needs a browser, and axe-core, which npm fetches",
	"referral/fhir/medplumtest":     "needs Medplum's validator, which npm fetches",
	"validate/bindertest":           "needs two web frameworks",
}

func TestRepoWorkspaceHoldsEveryModule(t *testing.T) {
	work, err := os.ReadFile(at("go.work"))
	require.NoError(t, err)
	for _, file := range sources(t) {
		dir, found := strings.CutSuffix(file, "go.mod")
		if !found {
			continue
		}
		use := "./" + strings.TrimSuffix(dir, "/")
		if outside[strings.TrimSuffix(dir, "/")] == "" {
			require.Contains(t, strings.Fields(string(work)), strings.TrimSuffix(use, "/"), "go.work lacks the module in %s", use)
		}
		if dir == "" {
			continue
		}
		mod, err := os.ReadFile(at(file))
		require.NoError(t, err)
		up := strings.Repeat("../", strings.Count(dir, "/"))
		require.Regexp(t, `replace `+module+` => `+strings.TrimSuffix(up, "/")+`/?\n|`+module+` => `+strings.TrimSuffix(up, "/")+`/?\n`, string(mod), "%s builds against this tree", file)
	}
}
