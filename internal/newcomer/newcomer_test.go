package newcomer

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/internal/tier"
)

var (
	update = flag.Bool("update", false, "write into the tutorials what is printed now")
	cold   = flag.Bool("cold", false, "follow each tutorial with nothing fetched or built before")
)

const (
	module  = "github.com/socialprescribing/sp"
	version = "v0.1.0" // that the tutorials name
)

func TestNewcomerFollowsEveryTutorial(t *testing.T) {
	tier.Need(t, tier.Full) // what is fetched and built anew takes minutes
	pages, err := filepath.Glob("../../docs/tutorial/*.md")
	require.NoError(t, err)
	server := pgserver.Need(t)
	env := append(released(t), "PGHOST="+server.Dir, "PGUSER=postgres", "PATH="+server.Bin+":"+os.Getenv("PATH"))
	for _, file := range pages {
		p := read(t, file)
		if len(p.chunks) == 1 {
			continue // it is to be read alone
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			env := env
			if *cold {
				env = append(slices.Clip(env), "GOCACHE="+t.TempDir(), "GOMODCACHE="+t.TempDir())
			}
			p.follow(t, env, *update)
		})
	}
}

// programs import each module that is released, as its introduction does.
var programs = map[string]string{
	"":                    "referral",
	"/store/sqlite":       "store/sqlite",
	"/store/postgres":     "store/postgres",
	"/evaluation/parquet": "evaluation/parquet",
	"/evaluation/beam":    "evaluation/beam",
}

func TestNewcomerFetchesAndBuildsEveryModuleOutsideOfTheRepository(t *testing.T) {
	env := released(t)
	for path, imported := range programs {
		if strings.HasPrefix(path, "/evaluation/") && tier.Now() < tier.Full {
			continue // beam alone downloads some 150 modules
		}
		t.Run(imported, func(t *testing.T) {
			dir := t.TempDir()
			source := "package main\n\nimport _ \"" + module + "/" + imported + "\"\n\nfunc main() {}\n"
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(source), 0o644))
			for _, command := range [][]string{
				{"go", "mod", "init", "example.org/try"},
				{"go", "get", module + path + "@" + version},
				{"go", "mod", "tidy"}, // what a package needs beyond its module is known once it is imported
				{"go", "build", "-o", os.DevNull, "."},
			} {
				run(t, dir, env, command...)
			}
			mod := run(t, dir, env, "go", "list", "-m", "-f", "{{.Version}} {{.Replace}}", module)
			require.Equal(t, version+" <nil>\n", mod)
		})
	}
}

// released releases a clone of the repository, makes a proxy of it, and returns an
// environment whose modules come from there, from what this machine has fetched
// already, and from where they are published.
func released(t *testing.T) []string {
	t.Helper()
	for _, program := range []string{"bash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("there is no " + program)
		}
	}
	if exec.Command("git", "rev-parse").Run() != nil {
		t.Skip("these files are no clone of the repository")
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := t.TempDir()
	clone, proxy := filepath.Join(dir, "clone"), filepath.Join(dir, "proxy")
	who := []string{"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.example", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b.example"}
	plain := append(os.Environ(), who...)
	run(t, dir, plain, "git", "clone", "-q", "--no-tags", root, clone)
	run(t, clone, plain, "bash", ".ci/release", version)
	run(t, clone, plain, "bash", ".ci/proxy", proxy, version)

	cache := strings.TrimSpace(run(t, dir, plain, "go", "env", "GOMODCACHE"))
	others := strings.TrimSpace(run(t, dir, plain, "go", "env", "GOPROXY"))
	return append(plain,
		"GOPROXY=file://"+proxy+",file://"+cache+"/cache/download,"+others,
		"GOMODCACHE="+filepath.Join(dir, "mod"), "GONOSUMDB=github.com/socialprescribing",
		"GOFLAGS=-trimpath -modcacherw", "GOWORK=off", "NO_COLOR=1")
}

// run runs a command that has to succeed, and returns what it prints.
func run(t *testing.T, dir string, env []string, command ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	var said strings.Builder
	cmd.Dir, cmd.Env, cmd.Stderr = dir, env, &said
	out, err := cmd.Output()
	require.NoError(t, err, "%s\n%s%s", strings.Join(command, " "), out, said.String())
	return string(out)
}
