package fakecmake

import "path/filepath"

// codemodel is the codemodel-v2 object; it writes the directory and target objects that it refers to.
func (r *replier) codemodel() object {
	var configurations []object
	for _, config := range r.configs {
		indexes, refs := []int{}, []object{}
		for i, t := range r.targets {
			indexes = append(indexes, i)
			id := t.name + "::@6890427a1f51a3e7e1df"
			refs = append(refs, object{
				"name": t.name, "id": id, "directoryIndex": 0, "projectIndex": 0,
				"jsonFile": r.write("target-"+t.name+"-"+config, r.targetObject(t, id)),
			})
		}
		installers := []object{}
		for _, file := range r.installs {
			installers = append(installers, object{
				"type": "file", "component": "Unspecified", "destination": filepath.ToSlash(filepath.Dir(file)),
				"paths": []string{filepath.Base(file)},
			})
		}
		here := object{"source": ".", "build": "."}
		directory := object{
			"source": ".", "build": ".", "projectIndex": 0, "targetIndexes": indexes,
			"jsonFile": r.write("directory-.-"+config, object{"paths": here, "installers": installers}),
		}
		if len(r.installs) > 0 {
			directory["hasInstallRule"] = true
		}
		configurations = append(configurations, object{
			"name": config, "directories": []object{directory}, "targets": refs,
			"projects": []object{{"name": r.name, "directoryIndexes": []int{0}, "targetIndexes": indexes}},
		})
	}
	return object{
		"paths":          object{"source": filepath.ToSlash(r.source), "build": filepath.ToSlash(r.build)},
		"configurations": configurations,
	}
}

// targetObject is the object of one target.
func (r *replier) targetObject(t target, id string) object {
	o := object{
		"name": t.name, "id": id, "type": t.kind, "paths": object{"source": ".", "build": "."},
		"sources": []object{{"path": t.source, "compileGroupIndex": 0, "sourceGroupIndex": 0}},
	}
	if a := t.artifact(); a != "" {
		o["nameOnDisk"], o["artifacts"] = a, []object{{"path": a}}
	}
	return o
}

// cmakeFiles is the cmakeFiles-v1 object: the project's own inputs, one module and one generated file.
func (r *replier) cmakeFiles() object {
	inputs := []object{}
	for _, path := range r.inputs {
		o := object{"path": filepath.ToSlash(path)}
		if !filepath.IsLocal(path) {
			o["isExternal"] = true
		}
		inputs = append(inputs, o)
	}
	generated := filepath.Join(r.build, "CMakeFiles", r.version, "CMakeSystem.cmake")
	if relative, err := filepath.Rel(r.source, generated); err == nil && filepath.IsLocal(relative) {
		generated = relative
	}
	return object{
		"paths": object{"source": filepath.ToSlash(r.source), "build": filepath.ToSlash(r.build)},
		"inputs": append(inputs,
			object{"path": "/usr/share/cmake/Modules/CMakeDetermineSystem.cmake", "isCMake": true, "isExternal": true},
			object{"path": filepath.ToSlash(generated), "isGenerated": true}),
	}
}

// cacheEntries is the cache-v2 object.
func (r *replier) cacheEntries() object {
	entries := []object{}
	values, _ := readCache(r.build) // just written
	for name, e := range values {
		entries = append(entries, object{"name": name, "type": e.kind, "value": e.value, "properties": []object{}})
	}
	return object{"entries": entries}
}
