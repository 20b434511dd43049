@battery
Feature: The proof names the target of the request
  RFC 9449 §4.3, check 9: htu names the target URI without query and fragment, both
  normalised by syntax and scheme (RFC 3986 §6.2.2 and §6.2.3), as the client saw it and
  not as the sender would have it.

  @RFC9449-4.3-45 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for another path is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                        |
      | of another path                              |
      | the origin alone                             |
      | the origin and a slash                       |
      | of a child                                   |
      | with a suffix                                |
      | of a sibling with a common prefix            |
      | cut short                                    |
      | with a doubled slash                         |
      | of a longer path that ends with the target's |
      | with a path parameter                        |

  @RFC9449-4.3-45 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for the parent is refused
    Given the endpoint has the address "/api/orders"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                                    |
      | of the parent                                            |
      | of another path that dot segments only seem to lead back |

  @RFC9449-4.3-45 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof for another endpoint of the same server is refused
    Given an honest proof is accepted
    When the request carries a proof for another endpoint of the same server
    Then it is refused

  @RFC9449-4.3-66 @at:token @at:par
  Scenario: A proof for the second address of an endpoint is accepted there
    Given the endpoint has a second address
    And an honest proof is accepted
    When the request carries an honest proof
    Then it is accepted

  @RFC9449-4.3-66 @at:token @at:par
  Scenario: A proof for the other address of the same endpoint is refused
    Given the endpoint has a second address
    And an honest proof is accepted
    When the request carries a proof for the endpoint's other address
    Then it is refused

  @RFC9449-4.3-46 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for another host is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                      |
      | of another host                            |
      | of a subdomain                             |
      | of the host with a suffix                  |
      | of the host with a prefix                  |
      | the target as path of another origin       |
      | the whole target as path of another origin |
      | the target as userinfo of another host     |

  @RFC9449-4.3-47 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for the other scheme is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                    |
      | of the other scheme                      |
      | of the other scheme and its default port |

  @RFC9449-4.3-48 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for another port is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                     |
      | of another port                           |
      | without its port                          |
      | with the port of another notation         |
      | with the default port of the other scheme |

  @RFC9449-4.3-48 @id:a-port-that-is-the-default-of-another-scheme-counts @at:token @at:par @at:userinfo @at:api
  Scenario: A port that is the default of another scheme counts
    Given the endpoint has the address "http://server.example/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is with the default port of the other scheme
    Then it is refused

  @RFC9449-4.3-49 @at:token @at:par @at:userinfo @at:api
  Scenario: The letter case of the path counts
    Given an honest proof is accepted
    When the request carries a proof whose htu is with a path in other letter case
    Then it is refused

  @RFC9449-4.3-50 @at:token @at:par @at:userinfo @at:api
  Scenario: An added trailing slash counts
    Given an honest proof is accepted
    When the request carries a proof whose htu is with a trailing slash
    Then it is refused

  @RFC9449-4.3-50 @at:token @at:par @at:userinfo @at:api
  Scenario: A missing trailing slash counts
    Given the endpoint has the address "/resource/"
    And an honest proof is accepted
    When the request carries a proof whose htu is without its trailing slash
    Then it is refused

  @RFC9449-4.3-51 @at:userinfo @at:api
  Scenario: The query of the request does not count
    Given an honest proof is accepted
    When the request has the query "x=1"
    And the request carries an honest proof
    Then it is accepted

  @RFC9449-4.3-52 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Query and fragment of htu do not count
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is accepted

    Examples:
      | value                   |
      | with a query            |
      | with an empty query     |
      | with a fragment         |
      | with query and fragment |

  @RFC9449-4.3-52 @at:token @at:par @at:userinfo @at:api
  Scenario: A query of htu that is not the request's does not count
    Given the endpoint has the address "/resource?x=1"
    And an honest proof is accepted
    When the request carries a proof whose htu is with a query that differs from the request's
    Then it is accepted

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An escaped delimiter in htu is no delimiter
    Given the endpoint has the address "/a/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                     |
      | with its last slash escaped               |
      | with its last slash escaped in lower case |
      | with its last slash escaped twice         |
      | with its last slash a backslash escaped   |

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An escape in htu ends no path
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                               |
      | with an escaped query               |
      | with an escaped fragment            |
      | with escaped dot segments and slash |
      | with a letter escaped twice         |
      | with an escaped NUL                 |
      | with an escaped space               |

  # A server that rebuilds its URI from a path without escapes fails this, and the
  # positive control of the scenarios below.
  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for a target with an escaped delimiter is accepted
    Given the endpoint has the address "<address>"
    When the request carries an honest proof
    Then it is accepted

    Examples:
      | address         |
      | /a%2Fb          |
      | /resource%3Fx=1 |

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario: An escaped slash in the target is no delimiter
    Given the endpoint has the address "/a%2Fb"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its escaped slash undone
    Then it is refused

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An escaped question mark in the target begins no query
    Given the endpoint has the address "/resource%3Fx=1"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                 |
      | with its escaped question mark undone |
      | cut at its escaped question mark      |

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario: An escaped number sign in the target begins no fragment
    Given the endpoint has the address "/resource%23x"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its escaped number sign undone
    Then it is refused

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario: An escaped percent sign in the target is no escape
    Given the endpoint has the address "/a%252Fb"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its escaped percent sign undone
    Then it is refused

  @RFC9449-4.3-53 @at:token @at:par @at:userinfo @at:api
  Scenario: The query of the target is no part of its path
    Given the endpoint has the address "/resource?x=1"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its query escaped into the path
    Then it is refused

  @RFC9449-4.3-54 @at:token @at:par @at:userinfo @at:api
  Scenario: The letter case of the scheme does not count
    Given an honest proof is accepted
    When the request carries a proof whose htu is with its scheme in upper case
    Then it is accepted

  @RFC9449-4.3-54 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: The letter case of the host does not count
    Given the endpoint has the address "http://server.example/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is accepted

    Examples:
      | value                              |
      | with its host in upper case        |
      | with scheme and host in upper case |

  @RFC9449-4.3-55 @at:token @at:par @at:userinfo @at:api
  Scenario: The default port of the scheme equals none
    Given the endpoint has the address "http://server.example/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its default port
    Then it is accepted

  @RFC9449-4.3-55 @at:token @at:par @at:userinfo @at:api
  Scenario: No port equals the default port of the scheme
    Given the endpoint has the address "http://server.example:80/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is without its default port
    Then it is accepted

  @RFC9449-4.3-56 @at:token @at:par @at:userinfo @at:api
  Scenario: An empty port equals none
    Given the endpoint has the address "http://server.example/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is with an empty port
    Then it is accepted

  @RFC9449-4.3-57 @at:token @at:par @at:userinfo @at:api
  Scenario: An empty path equals a slash
    Given the endpoint has the address "http://server.example/"
    And an honest proof is accepted
    When the request carries a proof whose htu is without its empty path
    Then it is accepted

  @RFC9449-4.3-58 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An escaped unreserved character equals its literal
    Given the endpoint has the address "/some/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is accepted

    Examples:
      | value                                       |
      | with an escaped letter                      |
      | with an escaped letter in lower-case digits |

  @RFC9449-4.3-58 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An escaped mark equals its literal
    Given the endpoint has the address "/some-~resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is accepted

    Examples:
      | value                  |
      | with an escaped tilde  |
      | with an escaped hyphen |

  @RFC9449-4.3-58 @at:token @at:par @at:userinfo @at:api
  Scenario: A literal equals the escape in the target
    Given the endpoint has the address "/%7Eresource"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its escaped unreserved characters undone
    Then it is accepted

  @RFC9449-4.3-59 @at:token @at:par @at:userinfo @at:api
  Scenario: The letter case of escapes does not count
    Given the endpoint has the address "/a%2Fb"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its escapes in lower case
    Then it is accepted

  @RFC9449-4.3-59 @at:token @at:par @at:userinfo @at:api
  Scenario: The letter case of the target's escapes does not count
    Given the endpoint has the address "/a%2fb"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its escapes in upper case
    Then it is accepted

  @RFC9449-4.3-60 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Dot segments that lead to the target are resolved
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is accepted

    Examples:
      | value                            |
      | with a single dot segment        |
      | with a leading dot segment       |
      | with a double dot segment        |
      | with dot segments above the root |
      | with escaped dot segments        |

  @RFC9449-4.3-60 @at:token @at:par @at:userinfo @at:api
  Scenario: Dot segments that lead elsewhere are resolved
    Given the endpoint has the address "/a/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is with dot segments that lead elsewhere
    Then it is refused

  @RFC9449-4.3-61 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An htu that is no absolute http or https URI is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                            |
      | relative                         |
      | relative without slash           |
      | without scheme                   |
      | scheme-relative                  |
      | with one slash behind its scheme |
      | without host                     |
      | a port without host              |
      | of scheme ws                     |
      | of scheme ftp                    |
      | with backslashes                 |
      | with a broken escape             |
      | with an escape cut short         |

  @RFC9449-4.3-61 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An htu that is something else than a URI of the target is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | called       | value                         |
      | a name       | urn:x                         |
      | a mailbox    | mailto:someone@server.example |
      | three colons | :::                           |
      | data         | data:,x                       |
      | a script     | javascript:alert(1)           |
      | http alone   | http://                       |
      | https alone  | https://                      |
      | a slash      | /                             |
      | a star       | *                             |

  @RFC9449-4.3-61 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A character that has no place in a URI is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                |
      | followed by a control character      |
      | preceded by a control character      |
      | followed by a NUL                    |
      | preceded by a NUL                    |
      | followed by a line break             |
      | preceded by a line break             |
      | followed by a tab                    |
      | preceded by a tab                    |
      | followed by a space                  |
      | preceded by a space                  |
      | followed by a character beyond ASCII |
      | preceded by a character beyond ASCII |

  @RFC9449-4.3-62 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Userinfo in htu is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value               |
      | with userinfo       |
      | with empty userinfo |

  @RFC9449-4.3-63 @at:token @at:par @at:userinfo @at:api
  Scenario: A host name with a trailing dot is accepted or refused
    Given the endpoint has the address "http://server.example/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is of the host with a trailing dot
    Then it is accepted or refused

  @RFC9449-4.3-63 @at:token @at:par @at:userinfo @at:api
  Scenario: A spelled-out IPv6 address is accepted or refused
    Given the endpoint has the address "http://[2001:db8::1]/resource"
    And an honest proof is accepted
    When the request carries a proof whose htu is with its IPv6 address spelled out
    Then it is accepted or refused

  @RFC9110-7.1-01 @at:token @at:par @at:userinfo
  Scenario: Behind a proxy a proof for the public address of the server is accepted
    Given an authorization server behind a reverse proxy
    When the request carries an honest proof
    Then it is accepted

  @RFC9110-7.1-01 @at:token @at:par @at:userinfo
  Scenario: Behind a proxy a proof for the internal address of the server is refused
    Given an authorization server behind a reverse proxy
    And an honest proof is accepted
    When the request carries a proof for the endpoint's address behind the proxy
    Then it is refused

  @RFC9449-4.3-64 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: The sender does not choose the URI by a forwarding field
    The field tells the <kind> of the address.

    Given an honest proof is accepted
    When the request carries a proof for the URI made up by its field <field>
    Then it is refused

    Examples:
      | field              | kind  |
      | X-Forwarded-Host   | host  |
      | X-Forwarded-Proto  | proto |
      | X-Forwarded-Port   | port  |
      | X-Forwarded-Prefix | path  |
      | X-Forwarded-*      | all   |
      | Forwarded          | host  |
      | X-Original-Host    | host  |
      | X-Host             | host  |
      | X-Original-URL     | path  |
      | X-Rewrite-URL      | path  |

  @RFC9449-4.3-64 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: The sender does not choose the URI by any field of a proxy
    Given an honest proof is accepted
    When the request carries a proof for the URI made up by every field in which proxies tell the <part>
    Then it is refused

    Examples:
      | part   |
      | scheme |
      | host   |
      | path   |

  @RFC9449-4.3-65 @at:token @at:par @at:userinfo @at:api
  Scenario: The sender does not choose the URI by an absolute request target
    Given an honest proof is accepted
    When the request carries a proof for the URI made up by its absolute request target
    Then it is refused

  @RFC9449-4.3-65 @at:token @at:par @at:userinfo @at:api
  Scenario: The sender does not choose the URI by the Host field
    Given an honest proof is accepted
    When the request carries a proof for the URI made up by its field Host
    Then it is refused
