// SPDX-License-Identifier: AGPL-3.0-or-later
/** The part of a name before its ending, as people see endings. */
export function stem(name: string, isFolder: boolean): string {
  const dot = name.lastIndexOf(".")
  return isFolder || dot <= 0 ? name : name.slice(0, dot)
}
