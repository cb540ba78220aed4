// Package medplumtest holds what package fhir writes against the validator of Medplum, with
// the definitions of FHIR R4 and the profiles of SDOH Clinical Care 3.0.0.
package medplumtest

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
)

const sdohcc = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-"

// A validator is one process that answers line by line: it takes seconds to start.
type validator struct {
	in  io.Writer
	out *bufio.Scanner
}

func newValidator(tb testing.TB) validator {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "node", "check.mjs", filepath.Join(shared.Dir(tb), "data/fhir/sdohcc3/profiles"))
	in, err := cmd.StdinPipe()
	require.NoError(tb, err)
	out, err := cmd.StdoutPipe()
	require.NoError(tb, err)
	cmd.Stderr = os.Stderr
	require.NoError(tb, cmd.Start())
	tb.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	return validator{in: in, out: lines}
}

// faults are what the validator finds in a resource, by a profile or, where that is empty,
// by R4 alone.
func (v validator) faults(tb testing.TB, profile string, resource []byte) (all []string) {
	tb.Helper()
	line, err := json.Marshal(map[string]any{"profile": profile, "resource": json.RawMessage(resource)})
	require.NoError(tb, err)
	_, err = v.in.Write(append(line, '\n'))
	require.NoError(tb, err)
	require.True(tb, v.out.Scan(), "the validator ended: setup fetches it")
	require.NoError(tb, json.Unmarshal(v.out.Bytes(), &all))
	return all
}

// faultsOfAll are those by R4 and by each profile of SDOHCC that a resource claims.
func (v validator) faultsOfAll(tb testing.TB, resource []byte) []string {
	tb.Helper()
	var read struct {
		Meta struct {
			Profile []string `json:"profile"`
		} `json:"meta"`
	}
	require.NoError(tb, json.Unmarshal(resource, &read))
	all := v.faults(tb, "", resource)
	for _, claimed := range read.Meta.Profile {
		claimed, _, _ = strings.Cut(claimed, "|")
		if strings.HasPrefix(claimed, sdohcc) {
			all = append(all, v.faults(tb, claimed, resource)...)
		}
	}
	return all
}

// faulty are published examples that the validator refuses rightly.
var faulty = map[string]string{
	"Questionnaire-qs1.json": "items without a linkId",
}

func TestTheValidatorAcceptsThePublishedExamples(t *testing.T) {
	v := newValidator(t)
	for _, folder := range []string{"r4-examples", "sdohcc3/examples"} {
		t.Run(folder, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(shared.Dir(t), "data/fhir", folder, "*.json"))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				found := v.faultsOfAll(t, text)
				if faulty[filepath.Base(file)] == "" && len(found) > 0 {
					t.Errorf("%s: %s", filepath.Base(file), strings.Join(found, "; "))
				}
				if faulty[filepath.Base(file)] != "" && len(found) == 0 {
					t.Errorf("%s is accepted", filepath.Base(file))
				}
			}
		})
	}
}

// task is a placement as SDOHCC has it, of which mutants are made.
const task = `{"resourceType":"Task","id":"t","meta":{"profile":["` + sdohcc + `TaskForReferralManagement"]},"status":"rejected","intent":"order",
	"statusReason":{"text":"The service has no places"},"code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},
	"focus":{"reference":"ServiceRequest/s"},"for":{"reference":"Patient/p"},"authoredOn":"2026-11-30T10:00:00Z","requester":{"reference":"Organization/o"}}`

const request = `{"resourceType":"ServiceRequest","id":"s","meta":{"profile":["` + sdohcc + `ServiceRequest"]},"status":"active","intent":"order",
	"category":[{"coding":[{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category","code":"sdoh"}]}],
	"code":{"coding":[{"system":"http://snomed.info/sct","code":"410606002"}]},"subject":{"reference":"Patient/p"}}`

func TestTheValidatorRefusesMutants(t *testing.T) {
	v := newValidator(t)
	require.Empty(t, v.faultsOfAll(t, []byte(task)))
	require.Empty(t, v.faultsOfAll(t, []byte(request)))
	for _, tt := range []struct {
		name, of, member, value string // no value removes the member
	}{
		{"a task without focus", task, "focus", ""},
		{"a task without code", task, "code", ""},
		{"a task for nobody", task, "for", ""},
		{"a task of no time", task, "authoredOn", ""},
		{"a task without requester", task, "requester", ""},
		{"a task that is a plan", task, "intent", `"plan"`},
		{"a task to approve", task, "code", `{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"approve"}]}`},
		{"a reason without text", task, "statusReason", `{"coding":[{"system":"https://bay.example","code":"full"}]}`},
		{"a task received", task, "status", `"received"`},
		{"a task ready", task, "status", `"ready"`},
		{"a request without code", request, "code", ""},
		{"a request for nobody", request, "subject", ""},
		{"a request without intent", request, "intent", ""},
		{"a request with a body site", request, "bodySite", `[{"text":"arm"}]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			members := map[string]json.RawMessage{}
			require.NoError(t, json.Unmarshal([]byte(tt.of), &members))
			delete(members, tt.member)
			if tt.value != "" {
				members[tt.member] = json.RawMessage(tt.value)
			}
			mutant, err := json.Marshal(members)
			require.NoError(t, err)
			require.NotEmpty(t, v.faultsOfAll(t, mutant))
		})
	}
}
