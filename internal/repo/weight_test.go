package repo

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

const weightPage = "docs/weight.md"

// foundation is what every room may link: the vocabulary, and what nobody sees.
var foundation = []string{".", "geo", "decode", "store", "transition", "aggregate", "internal"}

// entered are the packages of which the page says which other rooms they link.
var entered = []string{
	".", "store/memstore", "validate", "directory", "person", "needs", "needs/measure", "voice", "consent", "workforce", "referral", "referral/fhir",
	"matching", "matching/assign", "funding", "funding/apportion", "evaluation", "evaluation/stat", "evaluation/catalogue", "evaluation/report", "simulation", "simulation/queue", "simulation/lab",
}

func TestRepoWeightOfARoomIsThatOfTheRoomsOnThePage(t *testing.T) {
	list := goList(t, "-f", `{{.ImportPath}}{{range .Deps}} {{.}}{{end}}`, "./...")
	deps := make(map[string][]string)
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		if dir, ours := inside(fields[0]); ours {
			deps[dir] = fields[1:]
		}
	}
	var rows strings.Builder
	for _, dir := range entered {
		rooms, others := split(deps[dir], dir)
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", folder{path: dir}.name(), cmp.Or(strings.Join(rooms, ", "), "none"), strings.Join(others, ", "))
	}
	tableOfPage(t, "| a program that imports |", rows.String())
	page, err := os.ReadFile(at(weightPage))
	require.NoError(t, err)
	for _, dir := range entered {
		if rooms, _ := split(deps[dir], dir); len(rooms) > 0 {
			require.Regexp(t, "(?m)^- [^:]*`"+regexp.QuoteMeta(dir)+"`[^:]*:", string(page), "%s does not say why it links %v", weightPage, rooms)
		}
	}
}

// split returns the rooms beside that of a package, and the modules of others, that are linked. Of a room
// whose front package is not linked those stand here that are.
func split(deps []string, dir string) (rooms, others []string) {
	own, _, _ := strings.Cut(dir, "/")
	for _, dep := range deps {
		of, ours := inside(dep)
		switch room, _, _ := strings.Cut(of, "/"); {
		case ours && room != own && !slices.Contains(foundation, room):
			if whole := slices.Contains(deps, module+"/"+room); whole {
				of = room
			}
			if !strings.Contains(of, "/internal/") {
				rooms = append(rooms, "`"+of+"`")
			}
		case !ours && !standard(dep) && !strings.HasPrefix(dep, "vendor/"):
			others = append(others, moduleOf(dep))
		}
	}
	slices.Sort(rooms)
	slices.Sort(others)
	return slices.Compact(rooms), slices.Compact(others)
}

// moduleOf returns the module of a package of somebody else: as far as its path tells, which is enough
// to count and to recognise them.
func moduleOf(imported string) string {
	parts := strings.Split(imported, "/")
	if parts[0] == "modernc.org" {
		return strings.Join(parts[:2], "/")
	}
	return strings.TrimPrefix(strings.Join(parts[:min(3, len(parts))], "/"), "github.com/")
}

func TestRepoWeightOfSmallProgramsIsThatOfThePage(t *testing.T) {
	tier.Need(t, tier.Full) // each is linked anew
	programs, err := filepath.Glob(at("internal/repo/testdata/weight/*"))
	require.NoError(t, err)
	page, err := os.ReadFile(at(weightPage))
	require.NoError(t, err)
	var rows []string
	for _, program := range programs {
		name := filepath.Base(program)
		source, err := os.ReadFile(filepath.Join(program, "main.go"))
		require.NoError(t, err)
		does, _, _ := strings.Cut(strings.TrimPrefix(string(source), "// A program that "), ".\npackage ")
		deps := strings.Fields(goList(t, "-deps", "./"+path.Join("internal/repo/testdata/weight", name)))
		_, others := split(deps, "none")
		packages := 0
		for _, dep := range deps {
			if _, ours := inside(dep); ours {
				packages++
			}
		}
		megabytes := weigh(t, name)
		if name == "referral" {
			require.Less(t, megabytes, 4.5, "the smallest program that keeps a referral")
		}
		shown := strconv.FormatFloat(megabytes, 'f', 1, 64)
		if before, is := shownSize(string(page), does); is && math.Abs(before-megabytes) <= 0.3 && !*update {
			shown = strconv.FormatFloat(before, 'f', 1, 64)
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %d | %d |\n", does, shown, packages-1, len(others)))
	}
	size := func(row string) float64 {
		megabytes, _ := strconv.ParseFloat(strings.TrimSpace(strings.Split(row, "|")[2]), 64)
		return megabytes
	}
	slices.SortStableFunc(rows, func(a, b string) int { return cmp.Compare(size(a), size(b)) })
	tableOfPage(t, "| program |", strings.Join(rows, ""))
}

// shownSize returns how many megabytes the page says that a program has.
func shownSize(page, does string) (float64, bool) {
	m := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(does) + ` \| ([0-9.]+) \|`).FindStringSubmatch(page)
	if m == nil {
		return 0, false
	}
	megabytes, err := strconv.ParseFloat(m[1], 64)
	return megabytes, err == nil
}

// weigh builds a program of testdata/weight, and returns its megabytes.
func weigh(t *testing.T, name string) float64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, "./"+path.Join("internal/repo/testdata/weight", name))
	command.Dir = at(".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	info, err := os.Stat(file)
	require.NoError(t, err)
	return float64(info.Size()) / 1e6
}

// goList runs go list at the root.
func goList(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.Command("go", append([]string{"list"}, args...)...)
	command.Dir = at(".")
	out, err := command.Output()
	require.NoError(t, err)
	return string(out)
}

// tableOfPage compares the rows of the table of the page whose header begins so, or writes them.
func tableOfPage(t *testing.T, header, rows string) {
	t.Helper()
	text, err := os.ReadFile(at(weightPage))
	require.NoError(t, err)
	table := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(header) + `.*\n\|[-|]+\|\n((?:\|.*\n)*)`)
	m := table.FindStringSubmatchIndex(string(text))
	require.NotNil(t, m, "%s has no table %s", weightPage, header)
	if *update {
		require.NoError(t, os.WriteFile(at(weightPage), []byte(string(text[:m[2]])+rows+string(text[m[3]:])), 0o600))
		return
	}
	require.Equal(t, rows, string(text[m[2]:m[3]]), "SP_TIER=full go test ./internal/repo -run TestRepoWeight -update")
}
