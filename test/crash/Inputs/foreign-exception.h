#include <exception>

struct Foreign : std::exception {
  const char *what() const noexcept override;
};
void throwWithLock() noexcept;
