// SPDX-License-Identifier: Apache-2.0
import PlinthCore

extension Recipe.Base {
    /// A name alone, or a mapping with one.
    init(_ value: RecipeValue) throws {
        guard case .mapping = value.node.content else {
            self.init(image: try value.nonEmptyImageName(), line: value.line)
            return
        }
        let keys = try MappingReader(value, RecipeKeys.base)
        self.init(image: try keys.required("image").nonEmptyImageName(), line: value.line)
        digest = try keys["digest"].flatMap { Digest(parsing: try $0.text(.digest)) }
    }
}

extension RecipeValue {
    /// `contents.baseimage`, a layout's directory.
    func apkoBase() throws -> Recipe.Base? {
        let keys = try MappingReader(self, RecipeKeys.contents)
        guard let value = keys["baseimage"] else { return nil }
        let own = try MappingReader(value, RecipeKeys.baseImage)
        return Recipe.Base(image: try own.required("image").nonEmptyImageName(), line: value.line)
    }

    fileprivate func nonEmptyImageName() throws -> String {
        let name = try imageName()
        guard !name.isEmpty else { throw wrong("the name of an image") }
        return name
    }
}
