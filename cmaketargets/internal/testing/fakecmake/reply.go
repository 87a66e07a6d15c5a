package fakecmake

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// object is a JSON object.
type object map[string]any

// A replier writes the file API reply of one project.
type replier struct {
	project
	dir     string
	written map[string]object // reference of each object by its query, such as "codemodel-v2"
	keep    []string          // names of the files of this reply
}

// majors are the object kinds that the fake can answer, each with its version.
var majors = map[string][2]int{
	"codemodel": {2, 7}, "cache": {2, 0}, "cmakeFiles": {1, 1}, "toolchains": {1, 0},
}

// reply answers the queries below .cmake/api/v1/query, if there are any. The index is written last, under its own
// name only when it is whole, as CMake does.
func (p project) reply() error {
	api := filepath.Join(p.build, ".cmake", "api", "v1")
	queries, err := os.ReadDir(filepath.Join(api, "query"))
	if err != nil {
		return nil // nobody asked
	}
	r := replier{project: p, dir: filepath.Join(api, "reply"), written: map[string]object{}}
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return err
	}
	answers := object{}
	for _, q := range queries {
		if !q.IsDir() {
			answers[q.Name()] = r.answer(q.Name())
			continue
		}
		client := object{}
		asked, _ := os.ReadDir(filepath.Join(api, "query", q.Name()))
		for _, a := range asked {
			if a.Name() == "query.json" {
				client[a.Name()] = r.stateful(filepath.Join(api, "query", q.Name(), a.Name()))
			} else {
				client[a.Name()] = r.answer(a.Name())
			}
		}
		answers[q.Name()] = client
	}
	return r.index(answers)
}

// answer writes the object that a query such as "codemodel-v2" asks for, once, and returns the reference to it.
func (r *replier) answer(query string) object {
	if ref, ok := r.written[query]; ok {
		return ref
	}
	kind, version, _ := strings.Cut(query, "-v")
	major, ok := majors[kind]
	if !ok || version != fmt.Sprint(major[0]) {
		return object{"error": "unknown query file"}
	}
	body := object{}
	switch kind {
	case "codemodel":
		body = r.codemodel()
	case "cache":
		body = r.cacheEntries()
	case "cmakeFiles":
		body = r.cmakeFiles()
	case "toolchains":
		body = object{"toolchains": []object{{
			"language": "C", "compiler": object{"id": "GNU", "version": "12.2.0", "path": r.compiler, "implicit": object{}},
			"sourceFileExtensions": []string{"c", "m"},
		}}}
	}
	body["kind"], body["version"] = kind, object{"major": major[0], "minor": major[1]}
	ref := object{"kind": kind, "version": body["version"], "jsonFile": r.write(query, body)}
	r.written[query] = ref
	return ref
}

// stateful answers a query.json.
func (r *replier) stateful(path string) object {
	var query struct {
		Requests []struct {
			Kind    string
			Version json.RawMessage
		}
	}
	data, _ := os.ReadFile(path)
	if err := json.Unmarshal(data, &query); err != nil {
		return object{"error": "JSON parse error"}
	}
	responses := []object{}
	for _, q := range query.Requests {
		major := strings.TrimSpace(string(q.Version))
		var whole struct{ Major int }
		if json.Unmarshal(q.Version, &whole) == nil {
			major = fmt.Sprint(whole.Major)
		}
		responses = append(responses, r.answer(q.Kind+"-v"+major))
	}
	var verbatim object
	_ = json.Unmarshal(data, &verbatim)
	return object{"requests": verbatim["requests"], "responses": responses}
}

// write writes one object under a name that changes with its content, and returns the name.
func (r *replier) write(prefix string, body object) string {
	data, err := json.MarshalIndent(body, "", "\t")
	if err != nil {
		panic(err) // only maps, slices and strings go in
	}
	if r.garbage {
		data = []byte("\x00garbage{")
	}
	hash := fnv.New64a()
	hash.Write(data)
	name := fmt.Sprintf("%s-%016x.json", prefix, hash.Sum64())
	r.keep = append(r.keep, name)
	if path := filepath.Join(r.dir, name); !exists(path) { // as CMake takes one that is there for whole
		_ = os.WriteFile(path, data, 0o666) // a reply that is not whole has no index
	}
	return name
}

// index writes the index and removes what an earlier reply left.
func (r *replier) index(answers object) error {
	n := numbers(r.version)
	objects := []object{}
	for _, query := range slices.Sorted(maps.Keys(r.written)) {
		objects = append(objects, r.written[query])
	}
	data, err := json.MarshalIndent(object{
		"cmake": object{
			"generator": object{"name": r.generator, "multiConfig": len(r.configs) > 1},
			"paths":     object{"cmake": filepath.ToSlash(self()), "ctest": filepath.ToSlash(self()), "root": "/usr/share/cmake"},
			"version": object{
				"major": n[0], "minor": n[1], "patch": n[2], "string": r.version, "suffix": "", "isDirty": false,
			},
		},
		"objects": objects, "reply": answers,
	}, "", "\t")
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	name := fmt.Sprintf("index-%s-%04d.json", now.Format("2006-01-02T15-04-05"), now.Nanosecond()/100_000)
	temporary := filepath.Join(r.dir, name+".tmp")
	if err := os.WriteFile(temporary, data, 0o666); err != nil {
		return err
	}
	if err := os.Rename(temporary, filepath.Join(r.dir, name)); err != nil {
		return err
	}
	old, err := os.ReadDir(r.dir)
	for _, f := range old {
		if f.Name() != name && !slices.Contains(r.keep, f.Name()) {
			_ = os.Remove(filepath.Join(r.dir, f.Name()))
		}
	}
	return err
}
